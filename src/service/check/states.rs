//! The states that revisions keep: each can be read back, unless it is in a form of old.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Finding};
use crate::db::{Sql, rows};
use crate::service::write::record::state::{Kept, StateError};

/// How many rows are in memory at a time.
const PAGE: usize = 1_000;

pub async fn check(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    let mut last = 0_i64;
    loop {
        let mut sql = Sql::new(check.engine, "SELECT id, kind, code, revision, state FROM revision WHERE id > ");
        sql.bind(last).push(&format!(" ORDER BY id LIMIT {PAGE}"));
        let page = rows(check.connection(), sql).await?;
        let is_last = page.len() < PAGE;
        for row in page {
            let mut columns = row.columns();
            last = columns.take()?;
            let (kind, code): (String, String) = (columns.take()?, columns.take()?);
            let (revision, state): (i32, String) = (columns.take()?, columns.take()?);
            let Some(kind) = NodeKind::from_name(&kind) else {
                (check.found)(Finding { subject: kind, says: format!("revision {revision} is of no kind of thing") });
                continue;
            };
            if let Err(StateError::Unreadable(_)) = Kept::read(&state) {
                check.find(kind, &code, format!("the state of its revision {revision} cannot be read"));
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

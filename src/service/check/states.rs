//! The states that revisions keep: each can be read back, unless it is in a form of old.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Finding, Pages};
use crate::service::write::record::state::{Kept, StateError};

pub async fn check(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    let mut pages = Pages::of("SELECT id, kind, code, revision, state FROM revision WHERE TRUE");
    while let Some(page) = check.page(&mut pages).await? {
        for row in page {
            let mut columns = row.columns();
            let (_, kind, code): (i64, String, String) = (columns.take()?, columns.take()?, columns.take()?);
            let (revision, state): (i32, String) = (columns.take()?, columns.take()?);
            let Some(kind) = NodeKind::from_name(&kind) else {
                (check.found)(Finding { subject: kind, says: format!("revision {revision} is of no kind of thing") });
                continue;
            };
            if let Err(StateError::Unreadable(_)) = Kept::read(&state) {
                check.find(kind, &code, format!("the state of its revision {revision} cannot be read"));
            }
        }
    }
    Ok(())
}

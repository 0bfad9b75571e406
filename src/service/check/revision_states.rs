//! Stored states of revisions: each can be read, unless it has an old format.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Pages, Problem};
use crate::service::write::record::state::{StateError, StoredRevision};

pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    let mut pages = Pages::of("SELECT id, kind, code, revision, state FROM revision WHERE TRUE");
    while let Some(page) = check.page(&mut pages).await? {
        for row in page {
            let mut columns = row.columns();
            let (_, kind, code): (i64, String, String) =
                (columns.read_next()?, columns.read_next()?, columns.read_next()?);
            let (revision, state): (i32, String) = (columns.read_next()?, columns.read_next()?);
            let Some(kind) = NodeKind::from_name(&kind) else {
                (check.found)(Problem { subject: kind, message: format!("revision {revision} has an unknown kind") });
                continue;
            };
            if let Err(StateError::Unreadable(_)) = StoredRevision::read(&state) {
                check.report(kind, &code, format!("the state of its revision {revision} cannot be read"));
            }
        }
    }
    Ok(())
}

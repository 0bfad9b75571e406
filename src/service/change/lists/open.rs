//! A reading list while it is being edited.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::Listed;
use crate::db::{Sql, rows};
use crate::service::change::session::Session;
use crate::service::change::{NodeRef, Outcome, Refusal, Subject, find};
use crate::service::write::record::{ReadingList, Record, Stored};
use crate::service::write::{Change, Fault, FaultCode, load};

/// A list as it is stored, and as it is to become.
pub struct OpenList {
    stored: Stored,
    pub list: ReadingList,
}

impl OpenList {
    /// Opens the list that an input names in `field`.
    pub async fn named(session: &Session, field: &str, subject: &Subject) -> Result<Result<Self, Refusal>, DbErr> {
        Self::of(find::named(session, field, subject, &[NodeKind::ReadingList]).await?)
    }

    /// Opens the list of an entry, and tells where on it the entry stands.
    pub async fn of_entry(session: &Session, entry: &Subject) -> Result<Result<(Self, usize), Refusal>, DbErr> {
        let kind = NodeKind::ReadingListEntry;
        let fault =
            |(code, reason): (FaultCode, String)| Refusal::Fault(Fault::new("id", code, Some(&entry.id), reason));
        let code = match find::read(&entry.id, &[kind]) {
            Ok((_, code)) => code,
            Err(wrong) => return Ok(Err(fault(wrong))),
        };
        let mut sql = Sql::new(session.engine, "SELECT list_id FROM reading_list_entry WHERE code = ");
        sql.bind(code);
        let Some(row) = rows(&session.transaction, sql).await?.into_iter().next() else {
            return Ok(Err(fault(find::no_such(kind))));
        };
        let ids = [row.columns().take()?];
        let found = load::by_ids(&session.transaction, session.engine, NodeKind::ReadingList, &ids).await?;
        let Some(stored) = found.into_iter().next() else { return Ok(Err(fault(find::no_such(kind)))) };
        let open = match Self::of(find::unchanged(entry, stored))? {
            Ok(open) => open,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let at = open.list.entries.iter().position(|entry| entry.code == code);
        Ok(at.map(|at| (open, at)).ok_or_else(|| fault(find::no_such(kind))))
    }

    fn of(found: Result<Stored, Refusal>) -> Result<Result<Self, Refusal>, DbErr> {
        let stored = match found {
            Ok(stored) => stored,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Record::ReadingList(list) = stored.record.clone() else {
            return Err(DbErr::Type("the record of a reading list is one".to_owned()));
        };
        Ok(Ok(Self { stored, list }))
    }

    /// Writes what differs, if anything does. `entries` are the codes of those that the change was about.
    pub async fn save(self, session: &Session, entries: Vec<String>) -> Result<Outcome<Listed>, DbErr> {
        let list = NodeRef { kind: NodeKind::ReadingList, code: self.list.code.clone() };
        let id = self.stored.id;
        if let Some(change) = Change::update(self.stored, Record::ReadingList(self.list)) {
            session.save(&[change]).await?;
        }
        Ok(Ok(Listed { list, id, entries }))
    }
}

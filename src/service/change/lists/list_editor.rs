//! A reading list that is being edited.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::UpdatedList;
use crate::db::{Sql, rows};
use crate::service::change::session::Session;
use crate::service::change::{NodeKey, Outcome, Rejection, Target, find};
use crate::service::write::record::{ReadingList, Record, Stored};
use crate::service::write::{Change, Violation, ViolationCode, load};

/// The stored list, and its new state.
pub struct ListEditor {
    stored: Stored,
    pub list: ReadingList,
}

impl ListEditor {
    /// Opens the list that an input identifies in `field`.
    pub async fn open(session: &Session, field: &str, target: &Target) -> Result<Result<Self, Rejection>, DbErr> {
        Self::of(find::named(session, field, target, &[NodeKind::ReadingList]).await?)
    }

    /// Opens the list of an entry. Returns the index of the entry, too.
    pub async fn open_for_entry(session: &Session, entry: &Target) -> Result<Result<(Self, usize), Rejection>, DbErr> {
        let kind = NodeKind::ReadingListEntry;
        let violation = |(code, reason): (ViolationCode, String)| {
            Rejection::Violation(Violation::new("id", code, Some(&entry.id), reason))
        };
        let code = match find::read(&entry.id, &[kind]) {
            Ok((_, code)) => code,
            Err(wrong) => return Ok(Err(violation(wrong))),
        };
        let mut sql = Sql::new(session.engine, "SELECT list_id FROM reading_list_entry WHERE code = ");
        sql.bind(code);
        let Some(row) = rows(&session.transaction, sql).await?.into_iter().next() else {
            return Ok(Err(violation(find::no_such(kind))));
        };
        let ids = [row.columns().read_next()?];
        let found = load::by_ids(&session.transaction, session.engine, NodeKind::ReadingList, &ids).await?;
        let Some(stored) = found.into_iter().next() else { return Ok(Err(violation(find::no_such(kind)))) };
        let editor = match Self::of(find::unchanged(entry, stored))? {
            Ok(editor) => editor,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let at = editor.list.entries.iter().position(|entry| entry.code == code);
        Ok(at.map(|at| (editor, at)).ok_or_else(|| violation(find::no_such(kind))))
    }

    fn of(found: Result<Stored, Rejection>) -> Result<Result<Self, Rejection>, DbErr> {
        let stored = match found {
            Ok(stored) => stored,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let Record::ReadingList(list) = stored.record.clone() else {
            return Err(DbErr::Type("the record of a reading list is one".to_owned()));
        };
        Ok(Ok(Self { stored, list }))
    }

    /// Writes the changes, if there are any. `entries` are the codes of the affected entries.
    pub async fn save(self, session: &Session, entries: Vec<String>) -> Result<Outcome<UpdatedList>, DbErr> {
        let list = NodeKey { kind: NodeKind::ReadingList, code: self.list.code.clone() };
        let id = self.stored.id;
        if let Some(change) = Change::update(self.stored, Record::ReadingList(self.list)) {
            session.save(&[change]).await?;
        }
        Ok(Ok(UpdatedList { list, id, entries }))
    }
}

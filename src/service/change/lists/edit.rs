//! Changing what is said on a list and of an entry.

use sea_orm::DbErr;

use super::open::OpenList;
use super::{EntryWish, ListWish, Listed};
use crate::domain::limits;
use crate::service::change::session::{Session, refused, refused_with};
use crate::service::change::{Outcome, Subject};
use crate::service::write::check;

pub async fn list(session: &Session, list: &Subject, wish: ListWish) -> Result<Outcome<Listed>, DbErr> {
    let ListWish { title, introduction, mut faults } = wish;
    faults.extend(check::length("title", title.value().map(String::as_str), limits::TITLE));
    faults.extend(check::length("introduction", introduction.value().map(String::as_str), limits::INTRODUCTION));
    let mut open = match OpenList::named(session, "id", list).await? {
        Ok(open) => open,
        Err(refusal) => return Ok(refused_with(refusal, faults)),
    };
    if !faults.is_empty() {
        return Ok(Err(refused(faults)));
    }
    title.onto(&mut open.list.title);
    introduction.onto(&mut open.list.introduction);
    open.save(session, Vec::new()).await
}

pub async fn entry(session: &Session, entry: &Subject, wish: EntryWish) -> Result<Outcome<Listed>, DbErr> {
    let EntryWish { note, role, mut faults } = wish;
    faults.extend(check::length("note", note.value().map(String::as_str), limits::NOTE));
    let (mut open, at) = match OpenList::of_entry(session, entry).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(refused_with(refusal, faults)),
    };
    if !faults.is_empty() {
        return Ok(Err(refused(faults)));
    }
    let entry = &mut open.list.entries[at];
    note.onto(&mut entry.note);
    role.onto(&mut entry.role);
    let code = entry.code.clone();
    open.save(session, vec![code]).await
}

//! Updates the fields of a list and of its entries.

use sea_orm::DbErr;

use super::list_editor::ListEditor;
use super::{EntryChange, ListChange, UpdatedList};
use crate::domain::limits;
use crate::service::change::session::{Session, rejection_with, rejections};
use crate::service::change::{Outcome, Target};
use crate::service::write::check;

pub async fn list(session: &Session, list: &Target, request: ListChange) -> Result<Outcome<UpdatedList>, DbErr> {
    let ListChange { title, introduction, mut violations } = request;
    violations.extend(check::length("title", title.value().map(String::as_str), limits::TITLE));
    violations.extend(check::length("introduction", introduction.value().map(String::as_str), limits::INTRODUCTION));
    let mut editor = match ListEditor::open(session, "id", list).await? {
        Ok(editor) => editor,
        Err(rejection) => return Ok(rejection_with(rejection, violations)),
    };
    if !violations.is_empty() {
        return Ok(Err(rejections(violations)));
    }
    title.apply_to(&mut editor.list.title);
    introduction.apply_to(&mut editor.list.introduction);
    editor.save(session, Vec::new()).await
}

pub async fn entry(session: &Session, entry: &Target, request: EntryChange) -> Result<Outcome<UpdatedList>, DbErr> {
    let EntryChange { note, role, mut violations } = request;
    violations.extend(check::length("note", note.value().map(String::as_str), limits::NOTE));
    let (mut editor, at) = match ListEditor::open_for_entry(session, entry).await? {
        Ok(found) => found,
        Err(rejection) => return Ok(rejection_with(rejection, violations)),
    };
    if !violations.is_empty() {
        return Ok(Err(rejections(violations)));
    }
    let entry = &mut editor.list.entries[at];
    note.apply_to(&mut entry.note);
    role.apply_to(&mut entry.role);
    let code = entry.code.clone();
    editor.save(session, vec![code]).await
}

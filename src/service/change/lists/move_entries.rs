//! Moves and removes entries of a list.

use sea_orm::DbErr;

use super::list_editor::ListEditor;
use super::{EntrySelector, UpdatedList, find_entries};
use crate::domain::placement::{self, Place};
use crate::service::change::session::{Session, rejection_with, rejections};
use crate::service::change::{Outcome, Target};
use crate::service::write::Violation;

pub async fn move_entries(
    session: &Session,
    list: &Target,
    selector: &EntrySelector,
    place: Place<String>,
) -> Result<Outcome<UpdatedList>, DbErr> {
    let (mut editor, mut violations) = match open(session, list, selector).await? {
        Ok(editor) => editor,
        Err(rejections) => return Ok(Err(rejections)),
    };
    let moved = find_entries::entries(&editor.list, selector, &mut violations);
    let place = find_entries::place(&editor.list, place, &mut violations);
    let (Some(place), true) = (place, violations.is_empty()) else { return Ok(Err(rejections(violations))) };
    let codes = codes(&editor, &moved);
    placement::move_to(&mut editor.list.entries, &moved, place);
    editor.save(session, codes).await
}

pub async fn remove(session: &Session, list: &Target, selector: &EntrySelector) -> Result<Outcome<UpdatedList>, DbErr> {
    let (mut editor, mut violations) = match open(session, list, selector).await? {
        Ok(editor) => editor,
        Err(rejections) => return Ok(Err(rejections)),
    };
    let gone = find_entries::entries(&editor.list, selector, &mut violations);
    if !violations.is_empty() {
        return Ok(Err(rejections(violations)));
    }
    let codes = codes(&editor, &gone);
    placement::remove(&mut editor.list.entries, &gone);
    editor.save(session, codes).await
}

/// Opens the list of the selected entries. Returns the violation of their count, too. Inputs with too many entries are
/// rejected immediately.
async fn open(
    session: &Session,
    list: &Target,
    selector: &EntrySelector,
) -> Result<Outcome<(ListEditor, Vec<Violation>)>, DbErr> {
    let violations: Vec<Violation> = find_entries::count("entryIds", selector.0.len()).into_iter().collect();
    Ok(match ListEditor::open(session, "listId", list).await? {
        Err(rejection) => rejection_with(rejection, violations),
        Ok(_) if selector.0.len() > crate::domain::limits::ENTRIES => Err(rejections(violations)),
        Ok(open) => Ok((open, violations)),
    })
}

fn codes(editor: &ListEditor, at: &[usize]) -> Vec<String> {
    at.iter().map(|index| editor.list.entries[*index].code.clone()).collect()
}

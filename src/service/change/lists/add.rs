//! Adds learning resources to a list.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::list_editor::ListEditor;
use super::resources::{self, Found};
use super::{NewEntries, UpdatedList, find_entries};
use crate::domain::{limits, node_id, placement};
use crate::service::change::session::{Session, rejection_with, rejections};
use crate::service::change::{Outcome, Target};
use crate::service::write::record::{Entry, ReadingList};
use crate::service::write::{Violation, ViolationCode, check, entries};

pub async fn add(session: &mut Session, list: &Target, new_entries: NewEntries) -> Result<Outcome<UpdatedList>, DbErr> {
    let NewEntries { entries: given, place, mut violations } = new_entries;
    if let Some(violation) = find_entries::count("entries", given.len()) {
        // Inputs with too many entries, or none, are not checked further.
        violations = vec![violation];
    }
    let given = if given.len() > limits::ENTRIES { Vec::new() } else { given };
    for (index, entry) in given.iter().enumerate() {
        violations.extend(check::length(&format!("entries[{index}].note"), entry.note.as_deref(), limits::NOTE));
    }
    let found = resources::find(session, given, &mut violations).await?;
    let found = once(found, &mut violations);
    let mut editor = match ListEditor::open(session, "listId", list).await? {
        Ok(editor) => editor,
        Err(rejection) => return Ok(rejection_with(rejection, violations)),
    };
    let new = not_listed(&editor.list, found, &mut violations);
    let count = editor.list.entries.len() + new.len();
    if count > limits::ENTRIES {
        let reason = format!("would make {count} entries: a list can have at most {}", limits::ENTRIES);
        violations.push(Violation::new("entries", ViolationCode::TooMany, None, reason));
    }
    let place = find_entries::place(&editor.list, place, &mut violations);
    let (Some(place), true) = (place, violations.is_empty()) else { return Ok(Err(rejections(violations))) };
    placement::add(&mut editor.list.entries, new.into_iter().map(entry).collect(), place);
    let new: Vec<usize> = (0..count).filter(|index| editor.list.entries[*index].id == 0).collect();
    let Session { transaction, engine, context, .. } = session;
    entries::complete(transaction, *engine, vec![&mut editor.list], |_| false, context).await?;
    let codes = new.iter().map(|index| editor.list.entries[*index].code.clone()).collect();
    editor.save(session, codes).await
}

/// Omits resources that an earlier entry of the input has, and adds a violation for each.
fn once(found: Vec<Found>, violations: &mut Vec<Violation>) -> Vec<Found> {
    let mut first = HashMap::new();
    let mut remaining = Vec::with_capacity(found.len());
    for one in found {
        let earlier = *first.entry((one.kind, one.resource.id)).or_insert(one.index);
        if earlier == one.index {
            remaining.push(one);
        } else {
            let field = resources::field(one.index);
            let reason = format!("is listed twice: entries.{earlier} has it");
            violations.push(Violation::new(&field, ViolationCode::Invalid, Some(&one.entry.resource_id), reason));
        }
    }
    remaining
}

/// Omits resources that are already on the list, and adds a violation with their position for each.
fn not_listed(list: &ReadingList, found: Vec<Found>, violations: &mut Vec<Violation>) -> Vec<Found> {
    let listed: HashMap<(NodeKind, i64), (usize, &str)> = (1..)
        .zip(&list.entries)
        .map(|(position, entry)| ((entry.kind, entry.resource.id), (position, entry.code.as_str())))
        .collect();
    let mut remaining = Vec::with_capacity(found.len());
    for one in found {
        let Some((position, code)) = listed.get(&(one.kind, one.resource.id)) else {
            remaining.push(one);
            continue;
        };
        let entry = node_id::format(NodeKind::ReadingListEntry, code);
        let reason = format!("is already on the list at position {position}: move or update {entry} instead");
        let field = resources::field(one.index);
        violations.push(Violation::new(&field, ViolationCode::AlreadyListed, Some(&one.entry.resource_id), reason));
    }
    remaining
}

/// Returns a new entry, without id and code.
fn entry(found: Found) -> Entry {
    let Found { kind, resource, entry, .. } = found;
    Entry { id: 0, code: String::new(), kind, resource, note: entry.note, role: entry.role, added_at: None }
}

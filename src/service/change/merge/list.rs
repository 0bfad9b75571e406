//! Replaces duplicates by the surviving book on a reading list.

use std::collections::HashSet;

use entity::kind::NodeKind;

use super::FIELD;
use crate::domain::limits;
use crate::service::write::record::{Entry, ReadingList, Record, Ref};
use crate::service::write::{Violation, ViolationCode};

/// Returns the list with one entry of the `survivor`, at the position of the first entry of it or its duplicates. The
/// entry is that of the survivor if there is one, and the first one otherwise. It combines the notes of all, and has
/// the role of another entry only if it has none.
pub fn moved(list: &ReadingList, survivor: &Ref, gone: &HashSet<i64>) -> ReadingList {
    let is_concerned = |entry: &Entry| {
        entry.kind == NodeKind::Book && (entry.resource == *survivor || gone.contains(&entry.resource.id))
    };
    let mut concerned: Vec<&Entry> = list.entries.iter().filter(|entry| is_concerned(entry)).collect();
    // A stable sort: the survivor's own entry first, the others in their order.
    concerned.sort_by_key(|entry| entry.resource != *survivor);
    let mut one = joined(&concerned, survivor);
    let entries =
        list.entries.iter().filter_map(|entry| if is_concerned(entry) { one.take() } else { Some(entry.clone()) });
    ReadingList { entries: entries.collect(), ..list.clone() }
}

/// Keeps one entry for each resource of a list, at the first position, with the notes of all.
pub fn once_each(list: &mut ReadingList) {
    let entries = std::mem::take(&mut list.entries);
    for (place, entry) in entries.iter().enumerate() {
        let is_same = |other: &&Entry| other.kind == entry.kind && other.resource == entry.resource;
        if !entries[..place].iter().any(|other| is_same(&other)) {
            let same: Vec<&Entry> = entries[place..].iter().filter(is_same).collect();
            list.entries.extend(joined(&same, &entry.resource));
        }
    }
}

/// Combines entries of one resource.
fn joined(entries: &[&Entry], survivor: &Ref) -> Option<Entry> {
    let mut notes: Vec<&str> = Vec::new();
    for note in entries.iter().filter_map(|entry| entry.note.as_deref()) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    let first = (*entries.first()?).clone();
    Some(Entry {
        resource: survivor.clone(),
        note: (!notes.is_empty()).then(|| notes.join("\n\n")),
        role: entries.iter().find_map(|entry| entry.role),
        added_at: entries.iter().filter_map(|entry| entry.added_at).min(),
        ..first
    })
}

/// Returns the violation of combined notes that are too long.
pub fn too_long(before: Option<&Record>, after: &Record) -> Option<Violation> {
    let (before, after) = (before.and_then(Record::list)?, after.list()?);
    let had = |note: &str| before.entries.iter().any(|entry| entry.note.as_deref() == Some(note));
    let length = (after.entries.iter().filter_map(|entry| entry.note.as_deref()))
        .filter(|note| !had(note))
        .map(|note| note.chars().count())
        .find(|length| *length > limits::NOTE)?;
    let reason = format!(
        "would combine notes on the reading list of the {} \"{}\" to {length} characters: at most {} are allowed, shorten one first",
        after.owner_kind,
        after.owner.slug,
        limits::NOTE
    );
    Some(Violation::new(FIELD, ViolationCode::TooLong, None, reason))
}

//! Finds entries of a list by their ids.

use std::collections::HashSet;

use entity::kind::NodeKind;

use super::EntrySelector;
use crate::domain::limits;
use crate::domain::placement::Place;
use crate::service::change::find::{self, Wrong};
use crate::service::write::record::ReadingList;
use crate::service::write::{Violation, ViolationCode};

/// Returns the violation of a list in an input that is empty or too long.
pub fn count(field: &str, given: usize) -> Option<Violation> {
    match given {
        0 => Some(Violation::new(field, ViolationCode::Required, None, "is empty: pass at least one id")),
        1..=limits::ENTRIES => None,
        _ => {
            let reason = format!("has {given} elements: at most {} are allowed", limits::ENTRIES);
            Some(Violation::new(field, ViolationCode::TooMany, None, reason))
        }
    }
}

/// Returns the indices of the selected entries, in the order of the selector.
pub fn entries(list: &ReadingList, selector: &EntrySelector, violations: &mut Vec<Violation>) -> Vec<usize> {
    let mut seen = HashSet::new();
    let mut found = Vec::with_capacity(selector.0.len());
    for (index, id) in selector.0.iter().enumerate() {
        let once =
            |at| if seen.insert(at) { Ok(at) } else { Err((ViolationCode::Invalid, "is listed twice".to_owned())) };
        match entry(list, id).and_then(once) {
            Ok(at) => found.push(at),
            Err((code, reason)) => {
                violations.push(Violation::new(&format!("entryIds[{index}]"), code, Some(id), reason));
            }
        }
    }
    found
}

/// Resolves the anchor of a place. Adds a violation if it is not on the list.
pub fn place(list: &ReadingList, place: Place<String>, violations: &mut Vec<Violation>) -> Option<Place<usize>> {
    let field = if matches!(place, Place::Before(_)) { "placement.before" } else { "placement.after" };
    let found = place.locate(|id| {
        entry(list, &id).map_err(|(code, reason)| violations.push(Violation::new(field, code, Some(&id), reason)))
    });
    found.ok()
}

fn entry(list: &ReadingList, id: &str) -> Result<usize, Wrong> {
    let (_, code) = find::read(id, &[NodeKind::ReadingListEntry])?;
    let at = list.entries.iter().position(|entry| entry.code == code);
    at.ok_or_else(|| (ViolationCode::NotFound, "does not match any entry of this list".to_owned()))
}

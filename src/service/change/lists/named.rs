//! Finding entries of a list by their ids.

use std::collections::HashSet;

use entity::kind::NodeKind;

use super::Pick;
use crate::domain::limits;
use crate::domain::placement::Place;
use crate::service::change::find::{self, Wrong};
use crate::service::write::record::ReadingList;
use crate::service::write::{Fault, FaultCode};

/// What is wrong with how many things a list in an input names, whatever they are.
pub fn count(field: &str, given: usize) -> Option<Fault> {
    match given {
        0 => Some(Fault::new(field, FaultCode::Required, None, "is empty: name at least one")),
        1..=limits::ENTRIES => None,
        _ => {
            let reason = format!("has {given} elements: a list has at most {}", limits::ENTRIES);
            Some(Fault::new(field, FaultCode::TooMany, None, reason))
        }
    }
}

/// Where on the list the entries of `pick` stand, in the order in which they are named.
pub fn entries(list: &ReadingList, pick: &Pick, faults: &mut Vec<Fault>) -> Vec<usize> {
    let mut seen = HashSet::new();
    let mut found = Vec::with_capacity(pick.0.len());
    for (index, id) in pick.0.iter().enumerate() {
        let once = |at| if seen.insert(at) { Ok(at) } else { Err((FaultCode::Invalid, "is named twice".to_owned())) };
        match entry(list, id).and_then(once) {
            Ok(at) => found.push(at),
            Err((code, reason)) => faults.push(Fault::new(&format!("entryIds[{index}]"), code, Some(id), reason)),
        }
    }
    found
}

/// Where on the list a place is; `None` where its anchor is not there, which is then a fault.
pub fn place(list: &ReadingList, place: Place<String>, faults: &mut Vec<Fault>) -> Option<Place<usize>> {
    let field = if matches!(place, Place::Before(_)) { "place.before" } else { "place.after" };
    let found = place.locate(|id| {
        entry(list, &id).map_err(|(code, reason)| faults.push(Fault::new(field, code, Some(&id), reason)))
    });
    found.ok()
}

fn entry(list: &ReadingList, id: &str) -> Result<usize, Wrong> {
    let (_, code) = find::read(id, &[NodeKind::ReadingListEntry])?;
    let at = list.entries.iter().position(|entry| entry.code == code);
    at.ok_or_else(|| (FaultCode::NotFound, "is the id of no entry of this list".to_owned()))
}

//! Putting learning resources on a list.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::open::OpenList;
use super::resources::{self, Found};
use super::{Addition, Listed, named};
use crate::domain::{limits, node_id, placement};
use crate::service::change::session::{Session, refused, refused_with};
use crate::service::change::{Outcome, Subject};
use crate::service::write::record::{Entry, ReadingList};
use crate::service::write::{Fault, FaultCode, check, entries};

pub async fn add(session: &mut Session, list: &Subject, addition: Addition) -> Result<Outcome<Listed>, DbErr> {
    let Addition { entries: given, place, mut faults } = addition;
    if let Some(fault) = named::count("entries", given.len()) {
        // Too many are not looked at; nor is there anything to look at where there are none.
        faults = vec![fault];
    }
    let given = if given.len() > limits::ENTRIES { Vec::new() } else { given };
    for (index, entry) in given.iter().enumerate() {
        faults.extend(check::length(&format!("entries[{index}].note"), entry.note.as_deref(), limits::NOTE));
    }
    let found = resources::find(session, given, &mut faults).await?;
    let found = once(found, &mut faults);
    let mut open = match OpenList::named(session, "listId", list).await? {
        Ok(open) => open,
        Err(refusal) => return Ok(refused_with(refusal, faults)),
    };
    let new = not_listed(&open.list, found, &mut faults);
    let count = open.list.entries.len() + new.len();
    if count > limits::ENTRIES {
        let reason = format!("would make {count} entries: a list has at most {}", limits::ENTRIES);
        faults.push(Fault::new("entries", FaultCode::TooMany, None, reason));
    }
    let place = named::place(&open.list, place, &mut faults);
    let (Some(place), true) = (place, faults.is_empty()) else { return Ok(Err(refused(faults))) };
    placement::add(&mut open.list.entries, new.into_iter().map(entry).collect(), place);
    let new: Vec<usize> = (0..count).filter(|index| open.list.entries[*index].id == 0).collect();
    let Session { transaction, engine, context, .. } = session;
    entries::complete(transaction, *engine, vec![&mut open.list], context).await?;
    let codes = new.iter().map(|index| open.list.entries[*index].code.clone()).collect();
    open.save(session, codes).await
}

/// Leaves out what an earlier entry of the input recommends already, which is a fault.
fn once(found: Vec<Found>, faults: &mut Vec<Fault>) -> Vec<Found> {
    let mut first = HashMap::new();
    let mut kept = Vec::with_capacity(found.len());
    for one in found {
        let earlier = *first.entry((one.kind, one.target.id)).or_insert(one.index);
        if earlier == one.index {
            kept.push(one);
        } else {
            let field = resources::field(one.index);
            let reason = format!("is named twice: entries.{earlier} has it");
            faults.push(Fault::new(&field, FaultCode::Invalid, Some(&one.entry.resource), reason));
        }
    }
    kept
}

/// Leaves out what the list recommends already, which is a fault that says where.
fn not_listed(list: &ReadingList, found: Vec<Found>, faults: &mut Vec<Fault>) -> Vec<Found> {
    let listed: HashMap<(NodeKind, i64), (usize, &str)> = (1..)
        .zip(&list.entries)
        .map(|(position, entry)| ((entry.kind, entry.target.id), (position, entry.code.as_str())))
        .collect();
    let mut kept = Vec::with_capacity(found.len());
    for one in found {
        let Some((position, code)) = listed.get(&(one.kind, one.target.id)) else {
            kept.push(one);
            continue;
        };
        let entry = node_id::format(NodeKind::ReadingListEntry, code);
        let reason =
            format!("is on the list already, at position {position} as {entry}: move or update that one instead");
        let field = resources::field(one.index);
        faults.push(Fault::new(&field, FaultCode::AlreadyListed, Some(&one.entry.resource), reason));
    }
    kept
}

/// An entry that has neither row nor code yet.
fn entry(found: Found) -> Entry {
    let Found { kind, target, entry, .. } = found;
    Entry { id: 0, code: String::new(), kind, target, note: entry.note, role: entry.role, added_at: None }
}

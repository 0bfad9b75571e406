//! Finding the learning resources that are to be put on a list.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::NewEntry;
use crate::service::change::find;
use crate::service::change::session::Session;
use crate::service::write::{Fault, Ref};

/// A new entry whose resource was found, with its index in the input.
pub struct Found {
    pub index: usize,
    pub kind: NodeKind,
    pub target: Ref,
    pub entry: NewEntry,
}

/// The field of an input that names the resource of its entry `index`.
pub fn field(index: usize) -> String {
    format!("entries[{index}].resourceId")
}

/// Finds all resources, in one statement for each kind. What is not there is left out, and a fault.
pub async fn find(session: &Session, entries: Vec<NewEntry>, faults: &mut Vec<Fault>) -> Result<Vec<Found>, DbErr> {
    let kinds: Vec<NodeKind> = NodeKind::ALL.into_iter().filter(|kind| kind.is_listable()).collect();
    let mut codes: HashMap<NodeKind, Vec<String>> = HashMap::new();
    for (kind, code) in entries.iter().filter_map(|entry| find::read(&entry.resource, &kinds).ok()) {
        codes.entry(kind).or_default().push(code.to_owned());
    }
    let known = find::by_codes(session, codes).await?;
    let mut found = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let target = find::read(&entry.resource, &kinds).and_then(|(kind, code)| {
            let target = known.get(&(kind, code.to_owned())).cloned();
            target.map(|target| (kind, target)).ok_or_else(|| find::no_such(kind))
        });
        match target {
            Ok((kind, target)) => found.push(Found { index, kind, target, entry }),
            Err((code, reason)) => faults.push(Fault::new(&field(index), code, Some(&entry.resource), reason)),
        }
    }
    Ok(found)
}

//! Finds the learning resources to add to a list.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::NewEntry;
use crate::service::change::find;
use crate::service::change::session::Session;
use crate::service::write::{Ref, Violation};

/// A new entry with its resource, and its index in the input.
pub struct Found {
    pub index: usize,
    pub kind: NodeKind,
    pub resource: Ref,
    pub entry: NewEntry,
}

/// Returns the path of the field that identifies the resource of an entry.
pub fn field(index: usize) -> String {
    format!("entries[{index}].resourceId")
}

/// Finds the resources of new entries, in one statement for each kind. Adds a violation for each resource that is not
/// found and omits it.
pub async fn find(
    session: &Session,
    entries: Vec<NewEntry>,
    violations: &mut Vec<Violation>,
) -> Result<Vec<Found>, DbErr> {
    let kinds: Vec<NodeKind> = NodeKind::ALL.into_iter().filter(|kind| kind.is_listable()).collect();
    let mut codes: HashMap<NodeKind, Vec<String>> = HashMap::new();
    for (kind, code) in entries.iter().filter_map(|entry| find::read(&entry.resource_id, &kinds).ok()) {
        codes.entry(kind).or_default().push(code.to_owned());
    }
    let known = find::by_codes(session, codes).await?;
    let mut found = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let resource = find::read(&entry.resource_id, &kinds).and_then(|(kind, code)| {
            let resource = known.get(&(kind, code.to_owned())).cloned();
            resource.map(|resource| (kind, resource)).ok_or_else(|| find::no_such(kind))
        });
        match resource {
            Ok((kind, resource)) => found.push(Found { index, kind, resource, entry }),
            Err((code, reason)) => {
                violations.push(Violation::new(&field(index), code, Some(&entry.resource_id), reason));
            }
        }
    }
    Ok(found)
}

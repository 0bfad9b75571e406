//! Removes the references to a record, so that it can be deleted.

use std::collections::BTreeMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::references::IncomingReference;
use super::session::Session;
use crate::catalog::{Field, Value};
use crate::service::write::record::{Record, Ref};
use crate::service::write::{Change, load};

/// Removes a record from all records that refer to it. Each of these gets its own revision.
pub async fn detach(session: &Session, references: &[IncomingReference], thing: (NodeKind, i64)) -> Result<(), DbErr> {
    let mut holders: BTreeMap<NodeKind, Vec<i64>> = BTreeMap::new();
    for (kind, id) in references.iter().map(|one| one.holder) {
        holders.entry(kind).or_default().push(id);
    }
    let mut changes = Vec::with_capacity(references.len());
    for (kind, mut ids) in holders {
        ids.sort_unstable();
        ids.dedup();
        for stored in load::by_ids(&session.transaction, session.engine, kind, &ids).await? {
            let mut after = stored.record.clone();
            remove_references(&mut after, thing);
            changes.extend(Change::update(stored, after));
        }
    }
    session.save(&changes).await
}

/// Removes all references to a record from another record.
fn remove_references(record: &mut Record, (kind, id): (NodeKind, i64)) {
    match record {
        Record::Routable(record) => {
            let holds = |(field, value): &(&'static Field, &Value<Ref>)| {
                field.refers_to() == Some(kind) && value.references().any(|reference| reference.id == id)
            };
            let held: Vec<_> =
                record.values.iter().filter(holds).map(|(field, value)| (field, value.clone())).collect();
            for (field, value) in held {
                let rest = value.resolve(|_, reference| (reference.id != id).then_some(reference));
                record.values.set(field, rest);
            }
        }
        Record::ReadingList(list) => list.entries.retain(|entry| entry.kind != kind || entry.resource.id != id),
    }
}

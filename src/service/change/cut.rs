//! Cutting the ties that lead to a thing, so that it can be deleted.

use std::collections::BTreeMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use super::uses::Use;
use crate::service::write::record::{Record, Ref};
use crate::service::write::{Change, load};

/// Takes the thing out of everything that points at it; each thing that changes so gets its own revision.
pub async fn cut(session: &Session, uses: &[Use], thing: (NodeKind, i64)) -> Result<(), DbErr> {
    let mut holders: BTreeMap<NodeKind, Vec<i64>> = BTreeMap::new();
    for (kind, id) in uses.iter().map(|one| one.holder) {
        holders.entry(kind).or_default().push(id);
    }
    let mut changes = Vec::with_capacity(uses.len());
    for (kind, mut ids) in holders {
        ids.sort_unstable();
        ids.dedup();
        for stored in load::by_ids(&session.transaction, session.engine, kind, &ids).await? {
            let mut after = stored.record.clone();
            forget(&mut after, thing);
            changes.extend(Change::update(stored, after));
        }
    }
    session.save(&changes).await
}

/// Takes every mention of a thing out of a record.
fn forget(record: &mut Record, (kind, id): (NodeKind, i64)) {
    let is_other = |of: NodeKind, reference: &Ref| of != kind || reference.id != id;
    let all = |of: NodeKind, list: &mut Vec<Ref>| list.retain(|reference| is_other(of, reference));
    let one = |of: NodeKind, slot: &mut Option<Ref>| {
        slot.take_if(|reference| !is_other(of, reference));
    };
    match record {
        Record::Career(career) => {
            all(NodeKind::Topic, &mut career.topics);
            all(NodeKind::Career, &mut career.related);
        }
        Record::Course(course) => {
            all(NodeKind::Topic, &mut course.topics);
            all(NodeKind::Course, &mut course.prerequisites);
            one(NodeKind::Organization, &mut course.provider);
            one(NodeKind::Organization, &mut course.institution);
            course.instructors.retain(|instructor| is_other(NodeKind::Person, &instructor.person));
        }
        Record::Book(book) => {
            all(NodeKind::Topic, &mut book.topics);
            one(NodeKind::Organization, &mut book.publisher);
            book.contributors.retain(|contributor| is_other(NodeKind::Person, &contributor.person));
        }
        Record::Topic(topic) => {
            one(NodeKind::Topic, &mut topic.parent);
            all(NodeKind::Topic, &mut topic.related);
        }
        Record::ReadingList(list) => list.entries.retain(|entry| is_other(entry.kind, &entry.target)),
        Record::Person(_) | Record::Organization(_) => {}
    }
}

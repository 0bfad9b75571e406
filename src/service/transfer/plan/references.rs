//! The slugs that references are written with, once it is sure who gets a new one.

use std::collections::HashMap;

use entity::kind::NodeKind;

use super::Plan;
use crate::service::write::record::{Record, Ref};

impl Plan {
    /// What would have got a new slug and is refused keeps the one it has, also where others refer to it.
    pub(super) fn mend_references(&mut self) {
        let kept: HashMap<(NodeKind, i64), Ref> = (self.candidates.iter())
            .filter(|candidate| candidate.is_refused())
            .filter_map(|candidate| {
                let stored = candidate.stored.as_ref()?;
                let slug = stored.record.slug()?;
                Some(((candidate.kind, stored.id), Ref { id: stored.id, slug: slug.into() }))
            })
            .collect();
        if kept.is_empty() {
            return;
        }
        let mut mend = |kind, reference: &mut Ref| {
            if let Some(kept) = kept.get(&(kind, reference.id)) {
                reference.slug = kept.slug.clone();
            }
        };
        for candidate in self.candidates.iter_mut().filter(|candidate| !candidate.is_refused()) {
            if let Some(after) = &mut candidate.after {
                each_reference(after, &mut mend);
            }
        }
    }
}

/// Shows `see` everything a record refers to.
fn each_reference(record: &mut Record, see: &mut dyn FnMut(NodeKind, &mut Ref)) {
    match record {
        Record::Career(career) => {
            career.topics.iter_mut().for_each(|topic| see(NodeKind::Topic, topic));
            career.related.iter_mut().for_each(|other| see(NodeKind::Career, other));
        }
        Record::Course(course) => {
            let organizations = course.provider.iter_mut().chain(&mut course.institution);
            organizations.for_each(|organization| see(NodeKind::Organization, organization));
            course.instructors.iter_mut().for_each(|instructor| see(NodeKind::Person, &mut instructor.person));
            course.topics.iter_mut().for_each(|topic| see(NodeKind::Topic, topic));
            course.prerequisites.iter_mut().for_each(|other| see(NodeKind::Course, other));
        }
        Record::Book(book) => {
            book.contributors.iter_mut().for_each(|contributor| see(NodeKind::Person, &mut contributor.person));
            book.publisher.iter_mut().for_each(|publisher| see(NodeKind::Organization, publisher));
            book.topics.iter_mut().for_each(|topic| see(NodeKind::Topic, topic));
        }
        Record::Topic(topic) => {
            let topics = topic.parent.iter_mut().chain(&mut topic.related);
            topics.for_each(|other| see(NodeKind::Topic, other));
        }
        Record::Person(_) | Record::Organization(_) => {}
        Record::ReadingList(list) => {
            see(list.owner_kind, &mut list.owner);
            list.entries.iter_mut().for_each(|entry| see(entry.kind, &mut entry.target));
        }
    }
}

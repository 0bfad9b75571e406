//! Applies a patch to the present state.

use entity::enums::Status;
use entity::item::Column;
use entity::timestamp::Timestamp;

use super::{Edit, EntryPatch, ListPatch, Patch, RoutablePatch};
use crate::catalog::{At, Former, Value, Values};
use crate::service::write::record::{Entry, ReadingList, Record, Ref, Routable};

impl Patch {
    /// Returns the state after this patch. A new record gets `code` if the patch has none. A published item without a
    /// date is published at `now`.
    #[must_use]
    pub fn apply(self, present: Option<&Record>, code: &str, now: Timestamp) -> Record {
        match self {
            Self::Routable(patch) => Record::Routable(patch.apply(present.and_then(Record::routable), code, now)),
            Self::ReadingList(patch) => Record::ReadingList(patch.apply(present.and_then(Record::list), code)),
        }
    }
}

impl RoutablePatch<Ref> {
    fn apply(self, present: Option<&Routable>, code: &str, now: Timestamp) -> Routable {
        let mut record = present.cloned().unwrap_or_else(|| Routable {
            kind: self.kind,
            slug: String::new(),
            code: self.code.unwrap_or_else(|| code.to_owned()),
            external_id: None,
            values: Values::default(),
        });
        self.external_id.apply_to(&mut record.external_id);
        let before = record.timestamp(Column::PublishedAt);
        let mut former = Vec::new();
        for (field, value) in self.values {
            match (field.at, value) {
                (At::Former(kind), Some(Value::Texts(names))) => former.push((kind, names)),
                (At::Former(_), _) => {}
                (_, value) => record.values.set(field, value),
            }
        }
        if let Some(slug) = self.slug
            && slug != record.slug
        {
            let old = std::mem::replace(&mut record.slug, slug);
            former.push((Former::Slugs, if old.is_empty() { Vec::new() } else { vec![old] }));
        }
        for (kind, names) in former {
            record.add_former_keys(kind, names);
        }
        // The present ISBN may have been a former one, and is not anymore.
        record.add_former_keys(Former::Isbns, []);
        publish(&mut record, before, now);
        record
    }
}

/// Sets the status of an item, and the publication date of a published one.
fn publish(record: &mut Routable, before: Option<Timestamp>, now: Timestamp) {
    if record.kind.field(Column::Status).is_none() {
        return;
    }
    let (status, published_at) = record.publication().unwrap_or((Status::Draft, record.timestamp(Column::PublishedAt)));
    // Published items have a date, so clearing it keeps the present one.
    let dated = if status == Status::Published { published_at.or(before).or(Some(now)) } else { published_at };
    record.set_publication(status, dated);
}

impl ListPatch<Ref> {
    fn apply(self, present: Option<&ReadingList>, code: &str) -> ReadingList {
        let mut list = present.cloned().unwrap_or_else(|| {
            let code = self.code.clone().unwrap_or_else(|| code.to_owned());
            ReadingList::empty(code, self.owner_kind, self.owner, None)
        });
        self.title.apply_to(&mut list.title);
        self.introduction.apply_to(&mut list.introduction);
        match self.entries {
            Edit::Unchanged => {}
            Edit::Clear => list.entries.clear(),
            Edit::Set(entries) => {
                let known = std::mem::take(&mut list.entries);
                list.entries = entries
                    .into_iter()
                    .map(|patch| {
                        let same = |entry: &&Entry| entry.kind == patch.kind && entry.resource == patch.resource;
                        let (id, code, added_at) = match known.iter().find(same) {
                            Some(entry) => (entry.id, entry.code.clone(), entry.added_at),
                            None => (0, patch.code.unwrap_or_default(), None),
                        };
                        let EntryPatch { kind, resource, note, role, .. } = patch;
                        Entry { id, code, kind, resource, note, role, added_at: patch.added_at.or(added_at) }
                    })
                    .collect();
            }
        }
        list
    }
}

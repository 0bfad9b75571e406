//! Which documents a change is in: those of what changed, and those of all that shows its name, its title or its notes.

use std::collections::BTreeSet;

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::Ids;
use crate::db::{self, Engine, Sql};
use crate::service::write::record::{Book, Course, Entry, ReadingList, Record, RecordOf, Ref, Topic};
use crate::service::write::save::visible_from;
use crate::service::write::{Change, Removal};

/// What was touched: documents by what they are of, and things in whose neighbours' documents they show.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    own: Ids,
    /// Those of `own` that are new, and so have no document yet.
    created: BTreeSet<(NodeKind, i64)>,
    /// People, organizations and topics that show in what they are tied to.
    named: Ids,
    /// Owners of lists whose notes appear, or vanish, in what they recommend.
    owners: BTreeSet<i64>,
}

/// A reference: the table, the column of the referring item, and the column of the referenced record.
type Place = (&'static str, &'static str, &'static str);

/// Where people, organizations and topics are named.
const NAMED_IN: [(NodeKind, &[Place]); 3] = [
    (NodeKind::Person, &[("contribution", "item_id", "person_id")]),
    (
        NodeKind::Organization,
        &[("item", "id", "publisher_id"), ("item", "id", "provider_id"), ("item", "id", "institution_id")],
    ),
    (NodeKind::Topic, &[("item_topic", "item_id", "topic_id")]),
];

impl Touched {
    /// By what was written.
    pub fn by_changes(&mut self, changes: &[Change]) {
        for change in changes {
            self.by_change(change);
        }
    }

    /// By what was taken out.
    pub fn by_removals(&mut self, removals: &[Removal]) {
        for removal in removals {
            self.add(removal.record.kind(), removal.id);
            self.parties(&removal.record);
            if let Record::ReadingList(list) = &removal.record {
                self.entries(&list.entries);
            }
        }
    }

    /// By an item that shows from now on.
    pub fn by_due(&mut self, kind: NodeKind, id: i64) {
        if kind == NodeKind::Topic {
            self.named.entry(kind).or_default().insert(id);
        }
        if kind != NodeKind::Book {
            self.owners.insert(id);
        }
    }

    /// Whether a thing is new.
    #[must_use]
    pub(super) fn is_created(&self, kind: NodeKind, id: i64) -> bool {
        self.created.contains(&(kind, id))
    }

    fn add(&mut self, kind: NodeKind, id: i64) {
        if kind.is_routable() {
            self.own.entry(kind).or_default().insert(id);
        }
    }

    fn by_change(&mut self, change: &Change) {
        let (before, after) = (change.before.as_ref(), &change.after);
        self.add(after.kind(), change.id);
        if before.is_none() {
            self.created.insert((after.kind(), change.id));
        }
        let shows_otherwise = before.is_none_or(|before| visible_from(before) != visible_from(after));
        match after {
            Record::ReadingList(list) => {
                self.differing_entries(before.and_then(ReadingList::of), list);
            }
            Record::Person(_) | Record::Organization(_) => {
                if before.is_some_and(|before| before.title() != after.title()) {
                    self.named.entry(after.kind()).or_default().insert(change.id);
                }
            }
            Record::Topic(topic) => {
                let renamed = |before: &Record| {
                    before.title() != after.title()
                        || Topic::of(before).is_none_or(|before| before.aliases != topic.aliases)
                };
                if before.is_some_and(|before| renamed(before) || shows_otherwise) {
                    self.named.entry(NodeKind::Topic).or_default().insert(change.id);
                }
            }
            Record::Course(_) | Record::Book(_) => {
                if shows_otherwise || before.is_some_and(|before| parties_of(before) != parties_of(after)) {
                    before.into_iter().for_each(|before| self.parties(before));
                    self.parties(after);
                }
            }
            Record::Career(_) => {}
        }
        if after.owns_list() && shows_otherwise && before.is_some() {
            self.owners.insert(change.id);
        }
    }

    /// What an entry recommends, where the entry is new, gone, or says something else.
    fn differing_entries(&mut self, before: Option<&ReadingList>, after: &ReadingList) {
        let told = |entry: &Entry| (entry.kind, entry.target.id, entry.note.clone());
        let set = |entries: &[Entry]| entries.iter().map(told).collect::<BTreeSet<_>>();
        let (before, after) = (set(before.map_or(&[][..], |list| &list.entries)), set(&after.entries));
        for (kind, id, _) in before.symmetric_difference(&after) {
            self.add(*kind, *id);
        }
    }

    fn entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.add(entry.kind, entry.target.id);
        }
    }

    fn parties(&mut self, record: &Record) {
        for (kind, id) in parties_of(record) {
            self.add(kind, id);
        }
    }

    /// All things whose documents are touched, those that only show what changed looked up.
    ///
    /// # Errors
    /// What the database answers.
    pub(super) async fn all(&self, connection: &impl ConnectionTrait, engine: Engine) -> Result<Ids, DbErr> {
        let mut all = self.own.clone();
        for (kind, places) in NAMED_IN {
            let Some(ids) = self.named.get(&kind) else { continue };
            for (table, column, names) in places {
                let mut sql = Sql::new(engine, &format!("SELECT {column} FROM {table} WHERE {names}"));
                sql.is_any_id(ids.iter().copied());
                add_items(&mut all, connection, sql).await?;
            }
        }
        if !self.owners.is_empty() {
            let mut sql = Sql::new(
                engine,
                "SELECT reading_list_entry.item_id FROM reading_list_entry \
                 JOIN reading_list ON reading_list.id = reading_list_entry.list_id WHERE reading_list.owner_id",
            );
            sql.is_any_id(self.owners.iter().copied());
            add_items(&mut all, connection, sql).await?;
        }
        Ok(all)
    }
}

/// Adds the items whose ids a statement selects.
async fn add_items(all: &mut Ids, connection: &impl ConnectionTrait, sql: Sql) -> Result<(), DbErr> {
    for row in db::rows(connection, sql).await? {
        let id = row.columns().take()?;
        if let Some(kind) = NodeKind::of_item(id) {
            all.entry(kind).or_default().insert(id);
        }
    }
    Ok(())
}

/// The people and organizations of a course or book.
fn parties_of(record: &Record) -> BTreeSet<(NodeKind, i64)> {
    let person = |reference: &Ref| (NodeKind::Person, reference.id);
    let organization = |reference: &Ref| (NodeKind::Organization, reference.id);
    match record {
        Record::Course(Course { provider, institution, instructors, .. }) => {
            let organizations = provider.iter().chain(institution).map(organization);
            instructors.iter().map(|instructor| person(&instructor.person)).chain(organizations).collect()
        }
        Record::Book(Book { publisher, contributors, .. }) => {
            contributors.iter().map(|one| person(&one.person)).chain(publisher.iter().map(organization)).collect()
        }
        _ => BTreeSet::new(),
    }
}

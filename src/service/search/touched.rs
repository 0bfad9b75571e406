//! Which documents a change is in: those of what changed, and those of all that shows its name, its title or its notes.

use std::collections::BTreeSet;

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::Ids;
use crate::catalog::{At, KINDS, Kind, Link, Place};
use crate::db::{self, Engine, Sql};
use crate::service::write::record::{Entry, ReadingList, Record, Routable};
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
            match &removal.record {
                Record::Routable(record) => self.by_parties(None, record, true),
                Record::ReadingList(list) => self.entries(&list.entries),
            }
        }
    }

    /// By an item that shows from now on.
    pub fn by_due(&mut self, kind: NodeKind, id: i64) {
        if kind == NodeKind::Topic {
            self.named.entry(kind).or_default().insert(id);
        }
        if kind.owns_list() {
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
            Record::ReadingList(list) => self.differing_entries(before.and_then(Record::list), list),
            Record::Routable(after) => {
                if let Some(before) = before.and_then(Record::routable) {
                    self.by_names(change.id, before, after, shows_otherwise);
                }
                self.by_parties(before.and_then(Record::routable), after, shows_otherwise);
            }
        }
        if after.owns_list() && shows_otherwise && before.is_some() {
            self.owners.insert(change.id);
        }
    }

    /// People, organizations and topics show by name in what refers to them; topics only while everybody sees them.
    fn by_names(&mut self, id: i64, before: &Routable, after: &Routable, shows_otherwise: bool) {
        let kind = after.kind.node;
        let is_renamed = before.title() != after.title() || before.texts(Link::Aliases) != after.texts(Link::Aliases);
        let shows_in_others = matches!(kind, NodeKind::Person | NodeKind::Organization | NodeKind::Topic);
        if shows_in_others && (is_renamed || (kind == NodeKind::Topic && shows_otherwise)) {
            self.named.entry(kind).or_default().insert(id);
        }
    }

    /// People and organizations become visible with the first of their items that does.
    fn by_parties(&mut self, before: Option<&Routable>, after: &Routable, shows_otherwise: bool) {
        let differ = before.is_some_and(|before| parties_of(before) != parties_of(after));
        if shows_otherwise || differ {
            let all = before.into_iter().chain([after]).flat_map(parties_of);
            all.for_each(|(kind, id)| self.add(kind, id));
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

    /// All things whose documents are touched, those that only show what changed looked up.
    ///
    /// # Errors
    /// What the database answers.
    pub(super) async fn all(&self, connection: &impl ConnectionTrait, engine: Engine) -> Result<Ids, DbErr> {
        let mut all = self.own.clone();
        for (kind, ids) in &self.named {
            let fields = KINDS.into_iter().flat_map(Kind::fields).filter(|field| field.refers_to() == Some(*kind));
            let shown = fields.filter(|field| matches!(field.at, At::Link(Link::Topics)) || *kind != NodeKind::Topic);
            let places: BTreeSet<Place> = shown.filter_map(|field| field.at.place()).collect();
            for Place { table, column, item } in places {
                let mut sql = Sql::new(engine, &format!("SELECT {item} FROM {table} WHERE {column}"));
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

/// The people and organizations that a record refers to.
fn parties_of(record: &Routable) -> BTreeSet<(NodeKind, i64)> {
    let parties = record.values.iter().filter_map(|(field, value)| {
        let kind = field.refers_to().filter(|kind| matches!(kind, NodeKind::Person | NodeKind::Organization))?;
        Some(value.references().map(move |reference| (kind, reference.id)))
    });
    parties.flatten().collect()
}

//! Which documents a change is in: those of what changed, and those of all that shows its name, its title or its notes.
//!
//! The write that changes them stores the first, and whether the others follow, in its own transaction. The [indexer](super::Indexer)
//! looks the others up.

use std::collections::{BTreeMap, BTreeSet};

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use super::{EVERYTHING, Ids};
use crate::catalog::{At, KINDS, Kind, Link, Place};
use crate::db::{Database, Engine, Rows, Sql};
use crate::loader::search::{document_id, thing_of};
use crate::service::write::record::{Entry, ReadingList, Record, Routable};
use crate::service::write::save::visible_from;
use crate::service::write::{Change, Removal};

/// Above this number of documents, a full rebuild is faster.
pub const MOST: usize = 10_000;

/// What was touched: documents by what they are of, and whether those of its neighbors are as well.
#[derive(Clone, Debug, Default)]
pub struct Touched(BTreeMap<(NodeKind, i64), bool>);

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
        self.add_all(kind, id);
    }

    fn add(&mut self, kind: NodeKind, id: i64) {
        if kind.is_routable() {
            self.0.entry((kind, id)).or_default();
        }
    }

    /// Adds a thing and all that shows something of it.
    fn add_all(&mut self, kind: NodeKind, id: i64) {
        self.0.insert((kind, id), true);
    }

    fn by_change(&mut self, change: &Change) {
        let (before, after) = (change.before.as_ref(), &change.after);
        self.add(after.kind(), change.id);
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
            self.add_all(after.kind(), change.id);
        }
    }

    /// People, organizations and topics show by name in what refers to them; topics only while everybody sees them.
    fn by_names(&mut self, id: i64, before: &Routable, after: &Routable, shows_otherwise: bool) {
        let kind = after.kind.node;
        let is_renamed = before.title() != after.title() || before.texts(Link::Aliases) != after.texts(Link::Aliases);
        let shows_in_others = matches!(kind, NodeKind::Person | NodeKind::Organization | NodeKind::Topic);
        if shows_in_others && (is_renamed || (kind == NodeKind::Topic && shows_otherwise)) {
            self.add_all(kind, id);
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

    /// Stores what was touched, for whoever keeps an index.
    ///
    /// # Errors
    /// What the database answers; the transaction is then to be rolled back.
    pub async fn record(self, transaction: &impl ConnectionTrait, engine: Engine, now: Timestamp) -> Result<(), DbErr> {
        if self.0.is_empty() {
            return Ok(());
        }
        let rows: Vec<(i64, i64)> = if self.0.len() > MOST {
            vec![(EVERYTHING, 1)]
        } else {
            self.0.into_iter().map(|((kind, id), all)| (document_id(kind, id), i64::from(all))).collect()
        };
        let mut sql = Sql::new(engine, "INSERT INTO search_change (at, document_id, with_neighbors) ");
        let given = vec![
            Rows::Numbers(rows.iter().map(|(document, _)| *document).collect()),
            Rows::Numbers(rows.iter().map(|(_, all)| *all).collect()),
        ];
        sql.select_rows(&format!("{}, c0, c1 <> 0", now.0), given);
        transaction.execute_raw(sql.into()).await?;
        Ok(())
    }
}

/// Adds the things that show something of the things of `documents`: the name of a person, an organization or a topic, or the notes
/// of a reading list.
///
/// # Errors
/// What the database answers.
pub async fn add_neighbors(all: &mut Ids, database: &Database, documents: &[i64]) -> Result<(), DbErr> {
    let engine = database.engine();
    let mut things = Ids::new();
    for (kind, id) in documents.iter().filter_map(|document| thing_of(*document)) {
        things.entry(kind).or_default().insert(id);
    }
    for (kind, ids) in things {
        if matches!(kind, NodeKind::Person | NodeKind::Organization | NodeKind::Topic) {
            let fields = KINDS.into_iter().flat_map(Kind::fields).filter(|field| field.refers_to() == Some(kind));
            let shown = fields.filter(|field| matches!(field.at, At::Link(Link::Topics)) || kind != NodeKind::Topic);
            let places: BTreeSet<Place> = shown.filter_map(|field| field.at.place()).collect();
            for Place { table, column, item } in places {
                let mut sql = Sql::new(engine, &format!("SELECT {item} FROM {table} WHERE {column}"));
                sql.is_any_id(ids.iter().copied());
                add_items(all, database, sql).await?;
            }
        }
        if kind.owns_list() {
            let mut sql = Sql::new(
                engine,
                "SELECT reading_list_entry.item_id FROM reading_list_entry \
                 JOIN reading_list ON reading_list.id = reading_list_entry.list_id WHERE reading_list.owner_id",
            );
            sql.is_any_id(ids.iter().copied());
            add_items(all, database, sql).await?;
        }
    }
    Ok(())
}

/// Adds the items whose ids a statement selects.
async fn add_items(all: &mut Ids, database: &Database, sql: Sql) -> Result<(), DbErr> {
    for row in database.rows(sql).await? {
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

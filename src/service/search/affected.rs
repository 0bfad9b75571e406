//! The documents that a write affects: those of the changed items, and those of their neighbors, which contain their names or notes.
//!
//! The write stores the former, and whether the neighbors are affected, in its own transaction. The [indexer](super::Indexer) looks up
//! the neighbors.

use std::collections::{BTreeMap, BTreeSet};

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use super::{ALL_DOCUMENTS, Ids};
use crate::catalog::{At, KINDS, Kind, Link, Place};
use crate::db::{Database, Engine, Rows, Sql};
use crate::loader::search::{document_id, object_of_document};
use crate::service::write::record::{Entry, ReadingList, Record, Routable};
use crate::service::write::save::visible_from;
use crate::service::write::{Change, Removal};

/// Above this number of documents, a full rebuild is faster.
pub const MAX_CHANGES: usize = 10_000;

/// The affected documents, by their items, and whether the documents of the neighbors are affected too.
#[derive(Clone, Debug, Default)]
pub struct AffectedDocuments(BTreeMap<(NodeKind, i64), bool>);

impl AffectedDocuments {
    /// Adds what written records affect, up to the number from which all documents are rebuilt.
    pub fn add_changes(&mut self, changes: &[Change]) {
        for change in changes {
            if self.0.len() <= MAX_CHANGES {
                self.add_change(change);
            }
        }
    }

    /// Adds what deleted records affect.
    pub fn add_removals(&mut self, removals: &[Removal]) {
        for removal in removals {
            self.add(removal.record.kind(), removal.id);
            match &removal.record {
                Record::Routable(record) => self.add_parties(None, record, true),
                Record::ReadingList(list) => self.add_entries(&list.entries),
            }
        }
    }

    /// Adds what the publication of an item affects.
    pub fn add_published(&mut self, kind: NodeKind, id: i64) {
        self.add_all(kind, id);
    }

    fn add(&mut self, kind: NodeKind, id: i64) {
        if kind.is_routable() {
            self.0.entry((kind, id)).or_default();
        }
    }

    /// Adds an item and its neighbors.
    fn add_all(&mut self, kind: NodeKind, id: i64) {
        self.0.insert((kind, id), true);
    }

    fn add_change(&mut self, change: &Change) {
        let (before, after) = (change.before.as_ref(), &change.after);
        self.add(after.kind(), change.id);
        let visibility_changed = before.is_none_or(|before| visible_from(before) != visible_from(after));
        match after {
            Record::ReadingList(list) => self.add_changed_entries(before.and_then(Record::list), list),
            Record::Routable(after) => {
                if let Some(before) = before.and_then(Record::routable) {
                    self.add_renamed(change.id, before, after, visibility_changed);
                }
                self.add_parties(before.and_then(Record::routable), after, visibility_changed);
            }
        }
        if after.owns_list() && visibility_changed && before.is_some() {
            self.add_all(after.kind(), change.id);
        }
    }

    /// Adds the neighbors of a renamed person, organization or topic, and those of a topic whose visibility changed.
    fn add_renamed(&mut self, id: i64, before: &Routable, after: &Routable, visibility_changed: bool) {
        let kind = after.kind.node;
        let is_renamed = before.title() != after.title() || before.texts(Link::Aliases) != after.texts(Link::Aliases);
        let shows_in_others = matches!(kind, NodeKind::Person | NodeKind::Organization | NodeKind::Topic);
        if shows_in_others && (is_renamed || (kind == NodeKind::Topic && visibility_changed)) {
            self.add_all(kind, id);
        }
    }

    /// Adds people and organizations, which are visible while one of their items is.
    fn add_parties(&mut self, before: Option<&Routable>, after: &Routable, visibility_changed: bool) {
        let differ = before.is_some_and(|before| parties_of(before) != parties_of(after));
        if visibility_changed || differ {
            let all = before.into_iter().chain([after]).flat_map(parties_of);
            all.for_each(|(kind, id)| self.add(kind, id));
        }
    }

    /// Adds the items of new, removed and changed entries.
    fn add_changed_entries(&mut self, before: Option<&ReadingList>, after: &ReadingList) {
        let key = |entry: &Entry| (entry.kind, entry.resource.id, entry.note.clone());
        let set = |entries: &[Entry]| entries.iter().map(key).collect::<BTreeSet<_>>();
        let (before, after) = (set(before.map_or(&[][..], |list| &list.entries)), set(&after.entries));
        for (kind, id, _) in before.symmetric_difference(&after) {
            self.add(*kind, *id);
        }
    }

    fn add_entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.add(entry.kind, entry.resource.id);
        }
    }

    /// Stores the affected documents.
    ///
    /// # Errors
    /// When the database query fails; the caller must roll back the transaction.
    pub async fn record(self, transaction: &impl ConnectionTrait, engine: Engine, now: Timestamp) -> Result<(), DbErr> {
        if self.0.is_empty() {
            return Ok(());
        }
        let rows: Vec<(i64, i64)> = if self.0.len() > MAX_CHANGES {
            vec![(ALL_DOCUMENTS, 1)]
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

/// Records that all documents are affected.
///
/// # Errors
/// Errors of the database; the transaction must then be rolled back.
pub async fn record_all(transaction: &impl ConnectionTrait, engine: Engine) -> Result<(), DbErr> {
    let insert = format!(
        "INSERT INTO search_change (at, document_id, with_neighbors) SELECT MAX(at), {ALL_DOCUMENTS}, TRUE FROM search_change"
    );
    transaction.execute_raw(Sql::new(engine, &insert).into()).await?;
    Ok(())
}

/// Adds the things that show something of the things of `documents`: the name of a person, an organization or a topic, or the notes
/// of a reading list.
///
/// # Errors
/// When the database query fails.
pub async fn add_neighbors(all: &mut Ids, database: &Database, documents: &[i64]) -> Result<(), DbErr> {
    let engine = database.engine();
    let mut things = Ids::new();
    for (kind, id) in documents.iter().filter_map(|document| object_of_document(*document)) {
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
        let id = row.columns().read_next()?;
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

//! What only one thing may have: a slug, a code, an external id, an ISBN. Found before anything is written, so that
//! all violations are named at once and in our words.

mod isbns;
mod keys;
mod list_codes;

use std::collections::HashMap;

use entity::item::Column;
use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::check::Violation;
use super::keys::KeyIndex;
use super::record::{ReadingList, Record, Routable};
use crate::catalog::Former;
use crate::db::Engine;

/// A name that a record cannot have.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Which of the records it is.
    pub index: usize,
    pub violation: Violation,
    /// Which of the records came first. Where there is none, something in the catalog has the name and keeps it.
    pub earlier: Option<usize>,
}

/// Finds what `records` (each with its row id) want that something else has, in the catalog or among themselves: then
/// the one that comes later is invalid. Each violation is beside the index of its record.
///
/// # Errors
/// What the database answers.
pub async fn find(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    records: &[(i64, &Record)],
) -> Result<Vec<(usize, Violation)>, DbErr> {
    let conflicts = ExistingKeys::load(transaction, engine, records).await?.conflicts(records);
    Ok(conflicts.into_iter().map(|conflict| (conflict.index, conflict.violation)).collect())
}

/// Returns whether two states of a record differ in a unique key: slug, code, external id, ISBN, or the code of a list entry.
#[must_use]
pub fn unique_keys_differ(before: &Record, after: &Record) -> bool {
    match (before, after) {
        (Record::Routable(before), Record::Routable(after)) => {
            let keys = |record: &Routable| {
                [Former::Slugs, Former::Codes, Former::Isbns].map(|it| record.former_keys(it).to_vec())
            };
            before.slug != after.slug
                || before.code != after.code
                || before.external_id != after.external_id
                || before.text(Column::Isbn13) != after.text(Column::Isbn13)
                || keys(before) != keys(after)
        }
        (Record::ReadingList(before), Record::ReadingList(after)) => {
            let codes = |list: &ReadingList| list.entries.iter().map(|entry| entry.code.clone()).collect::<Vec<_>>();
            before.code != after.code || codes(before) != codes(after)
        }
        _ => true,
    }
}

/// What has the names in the catalog that some records want.
pub struct ExistingKeys {
    keys: HashMap<NodeKind, KeyIndex>,
    isbns: isbns::ExistingIsbns,
    list_codes: list_codes::ExistingCodes,
}

impl ExistingKeys {
    /// Looks up all names that `records` want.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn load(
        transaction: &impl ConnectionTrait,
        engine: Engine,
        records: &[(i64, &Record)],
    ) -> Result<Self, DbErr> {
        let mut keys = HashMap::new();
        for kind in NodeKind::ROUTABLE {
            let lookup = keys::lookup(records.iter().map(|(_, record)| *record).filter(|one| one.kind() == kind));
            keys.insert(kind, KeyIndex::load(transaction, engine, kind, &lookup).await?);
        }
        Ok(Self {
            keys,
            isbns: isbns::ExistingIsbns::load(transaction, engine, records).await?,
            list_codes: list_codes::ExistingCodes::load(transaction, engine, records).await?,
        })
    }

    /// What `records` cannot have, if just these are to be written: some of those that the names were looked up for.
    #[must_use]
    pub fn conflicts(&self, records: &[(i64, &Record)]) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for (kind, keys) in &self.keys {
            keys::conflicts(*kind, keys, records, &mut conflicts);
        }
        self.isbns.conflicts(records, &mut conflicts);
        self.list_codes.conflicts(records, &mut conflicts);
        // A map has no order, but a report has.
        conflicts.sort_by_key(|conflict| conflict.index);
        conflicts
    }
}

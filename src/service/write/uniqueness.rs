//! Checks unique keys: slugs, codes, external ids and ISBNs. Conflicts are found before writing, so that all of them
//! are reported, with our own messages.

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

/// A key that a record cannot have.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The index of the record.
    pub index: usize,
    pub violation: Violation,
    /// The index of the earlier record with the key. `None` if a record of the catalog has and keeps it.
    pub earlier: Option<usize>,
}

/// Finds the unique keys of `records` (with their ids) that other records have, in the catalog or among themselves. In
/// the latter case, the later record has the violation. Returns violations with the indices of their records.
///
/// # Errors
/// Returns the error of the database.
pub async fn find(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    records: &[(i64, &Record)],
) -> Result<Vec<(usize, Violation)>, DbErr> {
    let conflicts = ExistingKeys::load(transaction, engine, records).await?.conflicts(records);
    Ok(conflicts.into_iter().map(|conflict| (conflict.index, conflict.violation)).collect())
}

/// Returns whether two states of a record differ in a unique key: slug, code, external id, ISBN, or the code of an
/// entry.
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

/// The existing keys of the catalog that some records claim.
pub struct ExistingKeys {
    keys: HashMap<NodeKind, KeyIndex>,
    isbns: isbns::ExistingIsbns,
    list_codes: list_codes::ExistingCodes,
}

impl ExistingKeys {
    /// Looks up all keys of `records`.
    ///
    /// # Errors
    /// Returns the error of the database.
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

    /// Returns the external ids and ISBNs of `records` that another record of the catalog has, even if it is among
    /// `records` and releases them: the indices of the records, and the ids of the others.
    #[must_use]
    pub fn holders(&self, records: &[(i64, &Record)]) -> Vec<(usize, i64)> {
        let routable =
            records.iter().enumerate().filter_map(|(index, (id, record))| Some((index, *id, record.routable()?)));
        let held = routable.flat_map(|(index, id, record)| {
            let keys = self.keys.get(&record.kind.node);
            let external_id = record.external_id.as_deref();
            let holder = keys.and_then(|keys| keys.by_external_id(external_id?));
            let others = holder.into_iter().chain(self.isbns.holders(record)).filter(move |holder| *holder != id);
            others.map(move |holder| (index, holder))
        });
        held.collect()
    }

    /// Returns the conflicts of `records`, which must be among those whose keys were looked up.
    #[must_use]
    pub fn conflicts(&self, records: &[(i64, &Record)]) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for (kind, keys) in &self.keys {
            keys::conflicts(*kind, keys, records, &mut conflicts);
        }
        self.isbns.conflicts(records, &mut conflicts);
        self.list_codes.conflicts(records, &mut conflicts);
        // Maps are unordered, but reports must not be.
        conflicts.sort_by_key(|conflict| conflict.index);
        conflicts
    }
}

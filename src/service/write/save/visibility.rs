//! Determines whether changes are public. This is stored with the change, because it cannot be determined later.

use std::collections::{BTreeMap, HashSet};

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use super::visible_from;
use crate::db::{self, Engine, Rows, Sql};
use crate::loader::Scope;
use crate::service::write::Record;

/// Returns whether an item or a reading list is public. People and organizations have no visibility of their own: see
/// [`PublicParties`].
pub fn is_public(record: &Record, now: Timestamp) -> bool {
    let from = match record {
        Record::ReadingList(list) => list.visible_from,
        record @ Record::Routable(_) => visible_from(record),
    };
    from.is_some_and(|from| from <= now)
}

/// The people and organizations that are public, because a visible item refers to them.
#[derive(Debug, Default)]
pub struct PublicParties(HashSet<(NodeKind, String)>);

impl PublicParties {
    /// Finds the public people and organizations among `records`, in one statement for each kind.
    ///
    /// # Errors
    /// Returns the error of the database.
    pub async fn find<'a>(
        transaction: &impl ConnectionTrait,
        engine: Engine,
        records: impl IntoIterator<Item = &'a Record>,
        now: Timestamp,
    ) -> Result<Self, DbErr> {
        let objects = records.into_iter().map(|record| (record.kind(), record.code()));
        Self::of_codes(transaction, engine, objects, now).await
    }

    /// Finds the public people and organizations among objects with these codes, in one statement for each kind.
    ///
    /// # Errors
    /// Returns the error of the database.
    pub async fn of_codes<'a>(
        transaction: &impl ConnectionTrait,
        engine: Engine,
        objects: impl IntoIterator<Item = (NodeKind, &'a str)>,
        now: Timestamp,
    ) -> Result<Self, DbErr> {
        let mut codes: BTreeMap<NodeKind, Vec<String>> = BTreeMap::new();
        for (kind, code) in objects {
            if matches!(kind, NodeKind::Person | NodeKind::Organization) {
                codes.entry(kind).or_default().push(code.to_owned());
            }
        }
        let mut seen = HashSet::new();
        for (kind, codes) in codes {
            let mut sql = Sql::new(engine, &format!("SELECT code FROM {} AND code IN (", kind.filtered_table_ref()));
            // A join: PostgreSQL would compare each row with each element of an array.
            sql.select_rows("c0", vec![Rows::Texts(codes)]).push(") AND ");
            Scope { now, drafts: false }.visible(&mut sql, kind);
            for row in db::rows(transaction, sql).await? {
                seen.insert((kind, row.columns().read_next()?));
            }
        }
        Ok(Self(seen))
    }

    /// Returns whether a record is among them.
    #[must_use]
    pub fn contains(&self, record: &Record) -> bool {
        self.has(record.kind(), record.code())
    }

    /// Returns whether the object with a code is among them.
    #[must_use]
    pub fn has(&self, kind: NodeKind, code: &str) -> bool {
        self.0.contains(&(kind, code.to_owned()))
    }
}

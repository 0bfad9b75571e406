//! Suggestions for references that match nothing.

use std::collections::{BTreeSet, HashMap};

use entity::kind::NodeKind;

use super::{ImportError, Plan};
use crate::db::{Sql, Transaction, rows};
use crate::service::import_export::file::IdentityCursor;
use crate::service::input::suggestions::nearest;

/// The maximum number of suggestions: each compares all slugs of a kind.
const MAX_HINTS: usize = 100;

/// The number of slugs of a kind to load from the file, and from the catalog.
const MAX_SLUGS: usize = 100_000;

/// The slugs that can be suggested.
#[derive(Default)]
pub struct Hints {
    /// The number of suggestions so far.
    count: usize,
    /// The slugs of a kind, loaded for the first suggestion.
    slugs: HashMap<NodeKind, Vec<String>>,
}

impl Plan {
    /// Returns the slug of a kind, in the file or the catalog, that is most similar to `slug`.
    pub(super) async fn hint(
        &mut self,
        transaction: &Transaction,
        kind: NodeKind,
        slug: &str,
    ) -> Result<Option<String>, ImportError> {
        if self.hints.count == MAX_HINTS {
            return Ok(None);
        }
        self.hints.count += 1;
        if !self.hints.slugs.contains_key(&kind) {
            let slugs = self.known_slugs(transaction, kind).await?;
            self.hints.slugs.insert(kind, slugs.into_iter().collect());
        }
        let slugs = self.hints.slugs.get(&kind).map(Vec::as_slice).unwrap_or_default();
        Ok(nearest(slug, slugs.iter().map(String::as_str)).map(str::to_owned))
    }

    async fn known_slugs(
        &mut self,
        transaction: &Transaction,
        kind: NodeKind,
    ) -> Result<BTreeSet<String>, ImportError> {
        let mut known = BTreeSet::new();
        let mut cursor = IdentityCursor::start(kind);
        while known.len() < MAX_SLUGS {
            let identities = self.next_identities(&mut cursor)?;
            if identities.is_empty() {
                break;
            }
            known.extend(identities.into_iter().filter_map(|(_, identity)| identity.slug));
        }
        let select = format!("SELECT slug FROM {} ORDER BY slug LIMIT {MAX_SLUGS}", kind.filtered_table_ref());
        for row in rows(transaction, Sql::new(self.engine, &select)).await? {
            known.insert(row.columns().read_next()?);
        }
        Ok(known)
    }
}

//! Looks up all keys of the file in the catalog, in batches.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::Candidate;
use crate::catalog::Former;
use crate::db::{Engine, Sql, rows};
use crate::service::import_export::parse::RecordReference;
use crate::service::input::suggestions::nearest;
use crate::service::write::keys::{KeyIndex, KeyLookup};
use crate::service::write::record::Ref;

/// The maximum number of suggestions: each compares all slugs of a kind.
const HINTS: usize = 100;

/// The records of the file and the catalog, by their keys.
pub struct KnownRecords {
    catalog: HashMap<NodeKind, KeyIndex>,
    nothing: KeyIndex,
    /// The candidates by their slugs.
    pub slugs: HashMap<(NodeKind, String), usize>,
    /// The candidates by their former slugs.
    pub old_slugs: HashMap<(NodeKind, String), usize>,
    /// All slugs of a kind, loaded for the first suggestion.
    all: HashMap<NodeKind, Vec<String>>,
    hints: usize,
}

impl KnownRecords {
    /// Looks up the keys of the candidates and of all their references.
    pub async fn load(
        transaction: &impl ConnectionTrait,
        engine: Engine,
        candidates: &[Candidate],
    ) -> Result<Self, DbErr> {
        let mut wanted: HashMap<NodeKind, KeyLookup> = HashMap::new();
        let mut slugs = HashMap::new();
        let mut old_slugs = HashMap::new();
        for (index, candidate) in candidates.iter().enumerate() {
            let Some(patch) = &candidate.patch else { continue };
            patch.each_reference(&mut |kind, target| {
                if let RecordReference::Slug(slug) = target {
                    wanted.entry(kind).or_default().slugs.insert(slug.clone());
                }
            });
            let Some(identity) = patch.routable() else { continue };
            let names = wanted.entry(candidate.kind).or_default();
            names.codes.extend(identity.code.clone());
            names.external_ids.extend(identity.external_id.value().cloned());
            names.slugs.extend(identity.slug.clone());
            if let Some(slug) = &identity.slug {
                slugs.entry((candidate.kind, slug.clone())).or_insert(index);
            }
            for slug in identity.former_keys(Former::Slugs) {
                old_slugs.entry((candidate.kind, slug.clone())).or_insert(index);
            }
        }
        let mut catalog = HashMap::new();
        for (kind, wanted) in &wanted {
            catalog.insert(*kind, KeyIndex::load(transaction, engine, *kind, wanted).await?);
        }
        Ok(Self { catalog, nothing: KeyIndex::default(), slugs, old_slugs, all: HashMap::new(), hints: HINTS })
    }

    /// Returns the keys of a kind in the catalog.
    pub fn keys(&self, kind: NodeKind) -> &KeyIndex {
        self.catalog.get(&kind).unwrap_or(&self.nothing)
    }

    /// Adds a record of the catalog that was found by another key.
    pub fn insert(&mut self, kind: NodeKind, found: &Ref) {
        self.catalog.entry(kind).or_default().insert(found);
    }

    /// Returns the known slug of a kind that is most similar to `slug`.
    pub async fn hint(
        &mut self,
        transaction: &impl ConnectionTrait,
        engine: Engine,
        kind: NodeKind,
        slug: &str,
    ) -> Result<Option<String>, DbErr> {
        if self.hints == 0 {
            return Ok(None);
        }
        self.hints -= 1;
        if !self.all.contains_key(&kind) {
            let mut all: HashSet<String> =
                self.slugs.keys().filter(|(known, _)| *known == kind).map(|(_, slug)| slug.clone()).collect();
            for row in
                rows(transaction, Sql::new(engine, &format!("SELECT slug FROM {}", kind.filtered_table_ref()))).await?
            {
                all.insert(row.columns().read_next()?);
            }
            let mut all: Vec<String> = all.into_iter().collect();
            all.sort();
            self.all.insert(kind, all);
        }
        let all = self.all.get(&kind).map(Vec::as_slice).unwrap_or_default();
        Ok(nearest(slug, all.iter().map(String::as_str)).map(str::to_owned))
    }
}

//! Resolves instructors, who are written as names. The exact name of a person in the file or the catalog refers to this
//! person; if several people have the name, to the one with the smallest slug. Otherwise a person is created with a
//! slug generated from the name, which is numbered in the order of appearance if it is taken.

use std::collections::{BTreeMap, HashSet};

use entity::item::Column;
use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Candidate, Plan};
use crate::catalog::{Kind, Value};
use crate::db::{Sql, rows};
use crate::domain::{code, slug};
use crate::service::import_export::parse::RecordReference;
use crate::service::write::Patch;
use crate::service::write::keys::{KeyIndex, KeyLookup};
use crate::service::write::patch::RoutablePatch;
use crate::service::write::record::Ref;

/// The number of names per statement.
const BATCH: usize = 5_000;

impl Plan {
    /// Replaces the names of instructors by the slugs of people. Creates unknown people.
    pub(super) async fn create_instructors(&mut self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        let named = self.named();
        if named.is_empty() {
            return Ok(());
        }
        let mut known = self.known_by_name(transaction, &named).await?;
        let unknown: Vec<(String, u64)> = named.into_iter().filter(|(name, _)| !known.contains_key(name)).collect();
        let bases: Vec<String> = unknown.iter().map(|(name, _)| base(name)).collect();
        let mut taken = self.taken(transaction, bases.iter().cloned().collect()).await?;
        let mut new = Vec::with_capacity(unknown.len());
        for ((name, line), base) in unknown.into_iter().zip(bases) {
            let mut number = 1;
            let mut slug = base.clone();
            while !taken.insert(slug.clone()) {
                number += 1;
                slug = slug::numbered(&base, number);
                let more = self.taken(transaction, HashSet::from([slug.clone()])).await?;
                taken.extend(more);
            }
            known.insert(name.clone(), slug.clone());
            let index = self.candidates.len();
            self.known.slugs.insert((NodeKind::Person, slug.clone()), index);
            self.candidates.extend(made(line, slug, name));
            new.push(index);
        }
        self.assign_ids(transaction, NodeKind::Person, &new).await?;
        self.replace_names(&known);
        Ok(())
    }

    /// Returns the names of instructors in the order of appearance, with their first lines.
    fn named(&self) -> Vec<(String, u64)> {
        let mut seen = HashSet::new();
        let mut named = Vec::new();
        for candidate in &self.candidates {
            let Some(patch) = &candidate.patch else { continue };
            patch.each_reference(&mut |_, target| {
                if let RecordReference::Name(name) = target
                    && seen.insert(name.clone())
                {
                    named.push((name.clone(), candidate.line));
                }
            });
        }
        named
    }

    /// Returns the slugs of known people by name.
    async fn known_by_name(
        &mut self,
        transaction: &impl ConnectionTrait,
        named: &[(String, u64)],
    ) -> Result<BTreeMap<String, String>, DbErr> {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let mut add = |name: String, slug: String| {
            let first = known.entry(name).or_insert_with(|| slug.clone());
            if slug < *first {
                *first = slug;
            }
        };
        for candidate in &self.candidates {
            let Some(patch) = candidate.patch.as_ref().filter(|patch| patch.kind() == NodeKind::Person) else {
                continue;
            };
            let had = || Some(candidate.stored.as_ref()?.record.title());
            if let Some(name) = patch.title().or_else(had) {
                add(name.to_owned(), candidate.slug().to_owned());
            }
        }
        for batch in named.chunks(BATCH) {
            let mut sql = Sql::new(self.engine, "SELECT name, id, code, slug FROM person WHERE name");
            sql.is_any_text(batch.iter().map(|(name, _)| name.as_str()));
            for row in rows(transaction, sql).await? {
                let mut columns = row.columns();
                let (name, id): (String, i64) = (columns.read_next()?, columns.read_next()?);
                // Records of the file take precedence over the catalog.
                if !self.by_id.contains_key(&(NodeKind::Person, id)) {
                    let (code, slug): (String, String) = (columns.read_next()?, columns.read_next()?);
                    let person = Ref::new(id, &code, &slug);
                    self.known.insert(NodeKind::Person, &person);
                    add(name, slug);
                }
            }
        }
        Ok(known)
    }

    /// Returns the slugs that a new person cannot have.
    async fn taken(
        &self,
        transaction: &impl ConnectionTrait,
        slugs: HashSet<String>,
    ) -> Result<HashSet<String>, DbErr> {
        let code_like_slugs = slugs.iter().filter(|slug| code::is_code(slug)).cloned().collect();
        let lookup = KeyLookup { slugs, code_like_slugs, ..KeyLookup::default() };
        let keys = KeyIndex::load(transaction, self.engine, NodeKind::Person, &lookup).await?;
        let is_taken = |slug: &&String| {
            let key = (NodeKind::Person, (*slug).clone());
            keys.by_slug(slug).is_some()
                || keys.by_old_slug(slug).is_some()
                || keys.is_code(slug)
                || self.known.slugs.contains_key(&key)
                || self.known.old_slugs.contains_key(&key)
        };
        Ok(lookup.slugs.iter().filter(is_taken).cloned().collect())
    }

    fn replace_names(&mut self, known: &BTreeMap<String, String>) {
        for candidate in &mut self.candidates {
            let Some(Patch::Routable(patch)) = &mut candidate.patch else { continue };
            let values = patch.values.iter_mut().filter_map(|(_, value)| value.as_mut());
            for target in values.flat_map(Value::references_mut) {
                if let RecordReference::Name(name) = target
                    && let Some(slug) = known.get(name)
                {
                    *target = RecordReference::Slug(slug.clone());
                }
            }
        }
    }
}

/// Generates the slug of a name. A name without letters and digits yields `person`.
fn base(name: &str) -> String {
    let base = slug::slugify(name);
    if base.is_empty() { "person".to_owned() } else { base }
}

fn made(line: u64, slug: String, name: String) -> Option<Candidate> {
    let mut patch = RoutablePatch::new(Kind::of(NodeKind::Person)?);
    patch.slug = Some(slug.clone());
    patch.set(Column::Title, Value::Text(name));
    let candidate = Candidate::new(line, NodeKind::Person, slug, Patch::Routable(patch));
    Some(Candidate { is_implicit: true, ..candidate })
}

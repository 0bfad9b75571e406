//! Resolves instructors, who are written as names. The exact name of a person in the file or the catalog refers to this
//! person; if several people have the name, to the one with the smallest slug. Otherwise a person is created with a
//! slug generated from the name, which is numbered in the order of appearance if it is taken.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;

use super::{ImportError, Plan};
use crate::db::{Sql, Transaction, rows};
use crate::domain::{code, slug};
use crate::service::import_export::file::{Identity, IdentityCursor};
use crate::service::write::keys::{KeyIndex, KeyLookup};
use crate::service::write::load;

/// The number of names per statement.
const BATCH: usize = 5_000;

impl Plan {
    /// Finds the people with the names of instructors, and creates unknown people.
    pub(super) async fn create_instructors(&mut self, transaction: &Transaction) -> Result<(), ImportError> {
        let named = self.file.take_names();
        if named.is_empty() {
            return Ok(());
        }
        let mut known = self.known_by_name(transaction, &named).await?;
        let unknown: Vec<(String, u64)> = named.into_iter().filter(|(name, _)| !known.contains_key(name)).collect();
        let bases: Vec<String> = unknown.iter().map(|(name, _)| base(name)).collect();
        let mut taken = self.taken(transaction, bases.iter().cloned().collect()).await?;
        let mut slugs = Vec::with_capacity(unknown.len());
        for base in bases {
            let mut number = 1;
            let mut slug = base.clone();
            while !taken.insert(slug.clone()) {
                number += 1;
                slug = slug::numbered(&base, number);
                let more = self.taken(transaction, HashSet::from([slug.clone()])).await?;
                taken.extend(more);
            }
            slugs.push(slug);
        }
        // Added after the last lookup, because lookups need sorted keys.
        let mut new = Vec::with_capacity(unknown.len());
        for ((name, line), slug) in unknown.into_iter().zip(slugs) {
            new.push(self.file.add_person(line, &slug, &name)?);
            known.insert(name, slug);
        }
        self.file.sort();
        for numbers in new.chunks(BATCH) {
            self.assign_ids(transaction, NodeKind::Person, numbers).await?;
        }
        self.matches.sort(NodeKind::Person);
        self.instructors = known;
        Ok(())
    }

    /// Returns the slugs of known people by name.
    async fn known_by_name(
        &mut self,
        transaction: &Transaction,
        named: &[(String, u64)],
    ) -> Result<HashMap<String, String>, ImportError> {
        let mut known: HashMap<String, String> = HashMap::new();
        let mut add = |name: String, slug: String| {
            let first = known.entry(name).or_insert_with(|| slug.clone());
            if slug < *first {
                *first = slug;
            }
        };
        let wanted: HashSet<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
        let mut cursor = IdentityCursor::start(NodeKind::Person);
        loop {
            let people = self.next_identities(&mut cursor)?;
            if people.is_empty() {
                break;
            }
            let stored = self.stored_names(transaction, &people).await?;
            for (number, Identity { slug, name, .. }) in people {
                let stored = stored.get(&self.entry(number).id);
                let name = name.or_else(|| stored.map(|(name, _)| name.clone()));
                let slug = slug.or_else(|| stored.map(|(_, slug)| slug.clone())).unwrap_or_default();
                if let Some(name) = name.filter(|name| wanted.contains(name.as_str())) {
                    add(name, slug);
                }
            }
        }
        for batch in named.chunks(BATCH) {
            let mut sql = Sql::new(self.engine, "SELECT name, id, slug FROM person WHERE name");
            sql.is_any_text(batch.iter().map(|(name, _)| name.as_str()));
            for row in rows(transaction, sql).await? {
                let mut columns = row.columns();
                let (name, id): (String, i64) = (columns.read_next()?, columns.read_next()?);
                // Records of the file take precedence over the catalog.
                if self.matches.number(NodeKind::Person, id).is_none() {
                    add(name, columns.read_next()?);
                }
            }
        }
        Ok(known)
    }

    /// Returns the stored names and slugs of people whose records omit one of them, by id.
    async fn stored_names(
        &self,
        transaction: &Transaction,
        people: &[(usize, Identity)],
    ) -> Result<HashMap<i64, (String, String)>, ImportError> {
        let is_partial = |identity: &Identity| identity.name.is_none() || identity.slug.is_none();
        let partial = people.iter().filter(|(_, identity)| is_partial(identity)).map(|(number, _)| self.entry(*number));
        let ids: Vec<i64> = partial.filter(|entry| !entry.is_new).map(|entry| entry.id).collect();
        let stored = load::by_ids(transaction, self.engine, NodeKind::Person, &ids).await?;
        let names = |record: &crate::service::write::Record| {
            (record.title().to_owned(), record.slug().unwrap_or_default().to_owned())
        };
        Ok(stored.into_iter().map(|stored| (stored.id, names(&stored.record))).collect())
    }

    /// Returns the slugs that a new person cannot have.
    async fn taken(&self, transaction: &Transaction, slugs: HashSet<String>) -> Result<HashSet<String>, ImportError> {
        let code_like_slugs = slugs.iter().filter(|slug| code::is_code(slug)).cloned().collect();
        let lookup = KeyLookup { slugs, code_like_slugs, ..KeyLookup::default() };
        let keys = KeyIndex::load(transaction, self.engine, NodeKind::Person, &lookup).await?;
        let is_taken = |slug: &&String| {
            keys.by_slug(slug).is_some()
                || keys.by_old_slug(slug).is_some()
                || keys.is_code(slug)
                || self.file.with_slug(NodeKind::Person, slug).is_some()
                || self.file.with_former_slug(NodeKind::Person, slug).is_some()
        };
        Ok(lookup.slugs.iter().filter(is_taken).cloned().collect())
    }
}

/// Generates the slug of a name. A name without letters and digits yields `person`.
fn base(name: &str) -> String {
    let base = slug::slugify(name);
    if base.is_empty() { "person".to_owned() } else { base }
}

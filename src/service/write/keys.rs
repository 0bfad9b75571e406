//! Looks up records by slug, code or external id, in batches.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::load::reference;
use super::record::Ref;
use crate::db::{Engine, Sql, rows};
use crate::loader::redirect_target;

/// The number of keys per statement.
const BATCH: usize = 5_000;

/// The keys of one kind to look up.
#[derive(Debug, Default)]
pub struct KeyLookup {
    pub slugs: HashSet<String>,
    /// Slugs with the format of a code, to compare with the codes of deleted records.
    pub code_like_slugs: HashSet<String>,
    pub codes: HashSet<String>,
    pub external_ids: HashSet<String>,
}

/// The records of one kind by the keys that were looked up.
#[derive(Debug, Default)]
pub struct KeyIndex {
    slugs: HashMap<String, i64>,
    old_slugs: HashMap<String, i64>,
    codes: HashMap<String, i64>,
    old_codes: HashMap<String, i64>,
    /// Codes of deleted records, which can be restored.
    deleted_codes: HashSet<String>,
    external_ids: HashMap<String, i64>,
    references: HashMap<i64, Ref>,
}

impl KeyIndex {
    /// Looks up keys of `kind`, which must have slugs.
    ///
    /// # Errors
    /// Returns the error of the database.
    pub async fn load(
        connection: &impl ConnectionTrait,
        engine: Engine,
        kind: NodeKind,
        lookup: &KeyLookup,
    ) -> Result<Self, DbErr> {
        let mut index = Self::default();
        let codes: HashSet<String> = lookup.codes.union(&lookup.code_like_slugs).cloned().collect();
        for (column, texts) in [("slug", &lookup.slugs), ("code", &codes), ("external_id", &lookup.external_ids)] {
            let select = format!("SELECT id, slug, code, external_id FROM {} AND {column}", kind.filtered_table_ref());
            for row in query(connection, engine, &select, texts).await? {
                let mut columns = row.columns();
                let id = columns.read_next()?;
                let (slug, code): (String, String) = (columns.read_next()?, columns.read_next()?);
                index.references.insert(id, Ref::new(id, &code, &slug));
                index.slugs.insert(slug, id);
                index.codes.insert(code, id);
                if let Some(external_id) = columns.read_next()? {
                    index.external_ids.insert(external_id, id);
                }
            }
        }
        let redirects = format!(
            "SELECT r.slug, t.id, t.code, t.slug FROM slug_redirect r JOIN {} t ON t.id = r.{}
             WHERE r.kind = '{kind}' AND r.slug",
            kind.table(),
            redirect_target(kind)
        );
        index.old_slugs =
            index.add_targets(redirect_targets(query(connection, engine, &redirects, &lookup.slugs).await?)?);
        // Only books are merged.
        if kind == NodeKind::Book {
            index.old_codes = index.add_targets(merge_targets(connection, engine, &codes).await?);
        }
        let deleted_codes = format!("SELECT DISTINCT code FROM revision WHERE kind = '{kind}' AND code");
        for row in query(connection, engine, &deleted_codes, &lookup.code_like_slugs).await? {
            index.deleted_codes.insert(row.columns().read_next()?);
        }
        Ok(index)
    }

    /// Adds the targets of redirects.
    fn add_targets(&mut self, targets: HashMap<String, Ref>) -> HashMap<String, i64> {
        let note = |(name, present): (String, Ref)| {
            let id = present.id;
            self.references.insert(id, present);
            (name, id)
        };
        targets.into_iter().map(note).collect()
    }

    /// Returns the record with this slug.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<i64> {
        self.slugs.get(slug).copied()
    }

    /// Returns the record to which this former slug redirects.
    #[must_use]
    pub fn by_old_slug(&self, slug: &str) -> Option<i64> {
        self.old_slugs.get(slug).copied()
    }

    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<i64> {
        self.codes.get(code).copied()
    }

    /// Returns the survivor of the merged record with this code.
    #[must_use]
    pub fn by_old_code(&self, code: &str) -> Option<i64> {
        self.old_codes.get(code).copied()
    }

    /// Returns whether this is the code of a record, of a merged record, or of a deleted record.
    #[must_use]
    pub fn is_code(&self, name: &str) -> bool {
        self.codes.contains_key(name) || self.old_codes.contains_key(name) || self.deleted_codes.contains(name)
    }

    #[must_use]
    pub fn by_external_id(&self, external_id: &str) -> Option<i64> {
        self.external_ids.get(external_id).copied()
    }

    /// Returns a reference to a record that was found.
    #[must_use]
    pub fn reference(&self, id: i64) -> Option<Ref> {
        self.references.get(&id).cloned()
    }
}

/// Returns the survivors of merged books by the codes of the merged ones.
///
/// # Errors
/// Returns the error of the database.
pub async fn merge_targets(
    connection: &impl ConnectionTrait,
    engine: Engine,
    codes: &HashSet<String>,
) -> Result<HashMap<String, Ref>, DbErr> {
    let redirects = "SELECT r.code, b.id, b.code, b.slug FROM code_redirect r JOIN item b ON b.id = r.item_id
                 WHERE r.kind = 'book' AND r.code";
    redirect_targets(query(connection, engine, redirects, codes).await?)
}

/// Returns the targets of redirects by their keys.
fn redirect_targets(rows: Vec<crate::db::Row>) -> Result<HashMap<String, Ref>, DbErr> {
    let lead = |row: crate::db::Row| {
        let mut columns = row.columns();
        Ok((columns.read_next()?, reference(&mut columns)?))
    };
    rows.into_iter().map(lead).collect()
}

async fn query(
    connection: &impl ConnectionTrait,
    engine: Engine,
    select: &str,
    texts: &HashSet<String>,
) -> Result<Vec<crate::db::Row>, DbErr> {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    for batch in texts.chunks(BATCH) {
        let mut sql = Sql::new(engine, select);
        sql.is_any_text(batch.iter().copied());
        found.extend(rows(connection, sql).await?);
    }
    Ok(found)
}

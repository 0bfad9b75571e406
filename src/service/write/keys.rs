//! Who is known by which slug, code or external id: looked up in batches.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::load::reference;
use super::record::Ref;
use crate::db::{Engine, Sql, rows};
use crate::loader::redirect_target;

/// How many names one statement asks for.
const BATCH: usize = 5_000;

/// The names of one kind that somebody wants to know about.
#[derive(Debug, Default)]
pub struct KeyLookup {
    pub slugs: HashSet<String>,
    /// Slugs that look like codes: to be held against those of things that are gone, too.
    pub code_like_slugs: HashSet<String>,
    pub codes: HashSet<String>,
    pub external_ids: HashSet<String>,
}

/// What the catalog knows of the names that were asked for, of one kind.
#[derive(Debug, Default)]
pub struct KeyIndex {
    slugs: HashMap<String, i64>,
    old_slugs: HashMap<String, i64>,
    codes: HashMap<String, i64>,
    old_codes: HashMap<String, i64>,
    /// Codes of things that are gone, and may come back.
    deleted_codes: HashSet<String>,
    external_ids: HashMap<String, i64>,
    references: HashMap<i64, Ref>,
}

impl KeyIndex {
    /// Looks up what is `lookup` of `kind`, which must be one with slugs.
    ///
    /// # Errors
    /// What the database answers.
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
                let id = columns.take()?;
                let (slug, code): (String, String) = (columns.take()?, columns.take()?);
                index.references.insert(id, Ref::new(id, &code, &slug));
                index.slugs.insert(slug, id);
                index.codes.insert(code, id);
                if let Some(external_id) = columns.take()? {
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
            index.deleted_codes.insert(row.columns().take()?);
        }
        Ok(index)
    }

    /// Notes what retired names lead to.
    fn add_targets(&mut self, targets: HashMap<String, Ref>) -> HashMap<String, i64> {
        let note = |(name, present): (String, Ref)| {
            let id = present.id;
            self.references.insert(id, present);
            (name, id)
        };
        targets.into_iter().map(note).collect()
    }

    /// Adds something that was found in another way.
    pub fn insert(&mut self, found: &Ref) {
        self.references.insert(found.id, found.clone());
        self.slugs.insert(found.slug.to_string(), found.id);
    }

    /// What has this slug now.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<i64> {
        self.slugs.get(slug).copied()
    }

    /// What once had this slug and is still reached by it.
    #[must_use]
    pub fn by_old_slug(&self, slug: &str) -> Option<i64> {
        self.old_slugs.get(slug).copied()
    }

    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<i64> {
        self.codes.get(code).copied()
    }

    /// What took the place of the thing that had this code.
    #[must_use]
    pub fn by_old_code(&self, code: &str) -> Option<i64> {
        self.old_codes.get(code).copied()
    }

    /// Whether something is reached by this code, as its own or as that of what was merged into it, or would be if it came
    /// back.
    #[must_use]
    pub fn is_code(&self, name: &str) -> bool {
        self.codes.contains_key(name) || self.old_codes.contains_key(name) || self.deleted_codes.contains(name)
    }

    #[must_use]
    pub fn by_external_id(&self, external_id: &str) -> Option<i64> {
        self.external_ids.get(external_id).copied()
    }

    /// A reference to something that was found here.
    #[must_use]
    pub fn reference(&self, id: i64) -> Option<Ref> {
        self.references.get(&id).cloned()
    }
}

/// What took the place of merged books, by the codes that these had.
///
/// # Errors
/// What the database answers.
pub async fn merge_targets(
    connection: &impl ConnectionTrait,
    engine: Engine,
    codes: &HashSet<String>,
) -> Result<HashMap<String, Ref>, DbErr> {
    let redirects = "SELECT r.code, b.id, b.code, b.slug FROM code_redirect r JOIN item b ON b.id = r.item_id
                 WHERE r.kind = 'book' AND r.code";
    redirect_targets(query(connection, engine, redirects, codes).await?)
}

/// Of each row the name, and what has it now.
fn redirect_targets(rows: Vec<crate::db::Row>) -> Result<HashMap<String, Ref>, DbErr> {
    let lead = |row: crate::db::Row| {
        let mut columns = row.columns();
        Ok((columns.take()?, reference(&mut columns)?))
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

//! Who is known by which slug, code or external id: looked up in batches.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::load::reference;
use super::record::Ref;
use crate::db::{Engine, Sql, rows};

/// How many names one statement asks for.
const BATCH: usize = 5_000;

/// The names of one kind that somebody wants to know about.
#[derive(Debug, Default)]
pub struct Wanted {
    pub slugs: HashSet<String>,
    pub codes: HashSet<String>,
    pub external_ids: HashSet<String>,
}

/// What the catalog knows of the names that were asked for, of one kind.
#[derive(Debug, Default)]
pub struct Names {
    slugs: HashMap<String, i64>,
    retired: HashMap<String, i64>,
    codes: HashMap<String, i64>,
    external_ids: HashMap<String, i64>,
    current: HashMap<i64, Ref>,
}

impl Names {
    /// Looks up what is `wanted` of `kind`, which must be one with slugs.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn load(
        connection: &impl ConnectionTrait,
        engine: Engine,
        kind: NodeKind,
        wanted: &Wanted,
    ) -> Result<Self, DbErr> {
        let mut names = Self::default();
        for (column, texts) in [("slug", &wanted.slugs), ("code", &wanted.codes), ("external_id", &wanted.external_ids)]
        {
            let select = format!("SELECT id, slug, code, external_id FROM {kind} WHERE {column}");
            for row in look(connection, engine, &select, texts).await? {
                let mut columns = row.columns();
                let id = columns.take()?;
                let (slug, code): (String, String) = (columns.take()?, columns.take()?);
                names.current.insert(id, Ref { id, code: code.as_str().into(), slug: slug.as_str().into() });
                names.slugs.insert(slug, id);
                names.codes.insert(code, id);
                if let Some(external_id) = columns.take()? {
                    names.external_ids.insert(external_id, id);
                }
            }
        }
        let retired = format!(
            "SELECT r.slug, t.id, t.code, t.slug FROM retired_slug r JOIN {kind} t ON t.id = r.{kind}_id
             WHERE r.kind = '{kind}' AND r.slug"
        );
        for row in look(connection, engine, &retired, &wanted.slugs).await? {
            let mut columns = row.columns();
            let retired = columns.take()?;
            let current = reference(&mut columns)?;
            names.retired.insert(retired, current.id);
            names.current.insert(current.id, current);
        }
        Ok(names)
    }

    /// Adds something that was found in another way.
    pub fn remember(&mut self, found: &Ref) {
        self.current.insert(found.id, found.clone());
        self.slugs.insert(found.slug.to_string(), found.id);
    }

    /// What has this slug now.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<i64> {
        self.slugs.get(slug).copied()
    }

    /// What once had this slug and is still reached by it.
    #[must_use]
    pub fn by_retired(&self, slug: &str) -> Option<i64> {
        self.retired.get(slug).copied()
    }

    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<i64> {
        self.codes.get(code).copied()
    }

    #[must_use]
    pub fn by_external_id(&self, external_id: &str) -> Option<i64> {
        self.external_ids.get(external_id).copied()
    }

    /// A reference to something that was found here.
    #[must_use]
    pub fn reference(&self, id: i64) -> Option<Ref> {
        self.current.get(&id).cloned()
    }
}

async fn look(
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

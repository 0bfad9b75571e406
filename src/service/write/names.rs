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
pub struct Wanted {
    pub slugs: HashSet<String>,
    /// Slugs that look like codes: to be held against those of things that are gone, too.
    pub lookalikes: HashSet<String>,
    pub codes: HashSet<String>,
    pub external_ids: HashSet<String>,
}

/// What the catalog knows of the names that were asked for, of one kind.
#[derive(Debug, Default)]
pub struct Names {
    slugs: HashMap<String, i64>,
    retired: HashMap<String, i64>,
    codes: HashMap<String, i64>,
    retired_codes: HashMap<String, i64>,
    /// Codes of things that are gone, and may come back.
    remembered: HashSet<String>,
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
        let codes: HashSet<String> = wanted.codes.union(&wanted.lookalikes).cloned().collect();
        for (column, texts) in [("slug", &wanted.slugs), ("code", &codes), ("external_id", &wanted.external_ids)] {
            let select = format!("SELECT id, slug, code, external_id FROM {} AND {column}", kind.filtered_table_ref());
            for row in look(connection, engine, &select, texts).await? {
                let mut columns = row.columns();
                let id = columns.take()?;
                let (slug, code): (String, String) = (columns.take()?, columns.take()?);
                names.current.insert(id, Ref::new(id, &code, &slug));
                names.slugs.insert(slug, id);
                names.codes.insert(code, id);
                if let Some(external_id) = columns.take()? {
                    names.external_ids.insert(external_id, id);
                }
            }
        }
        let retired = format!(
            "SELECT r.slug, t.id, t.code, t.slug FROM slug_redirect r JOIN {} t ON t.id = r.{}
             WHERE r.kind = '{kind}' AND r.slug",
            kind.table(),
            redirect_target(kind)
        );
        names.retired = names.lead(leads(look(connection, engine, &retired, &wanted.slugs).await?)?);
        // Only books are merged.
        if kind == NodeKind::Book {
            names.retired_codes = names.lead(survivors(connection, engine, &codes).await?);
        }
        let remembered = format!("SELECT DISTINCT code FROM revision WHERE kind = '{kind}' AND code");
        for row in look(connection, engine, &remembered, &wanted.lookalikes).await? {
            names.remembered.insert(row.columns().take()?);
        }
        Ok(names)
    }

    /// Notes what retired names lead to.
    fn lead(&mut self, leads: HashMap<String, Ref>) -> HashMap<String, i64> {
        let note = |(name, present): (String, Ref)| {
            let id = present.id;
            self.current.insert(id, present);
            (name, id)
        };
        leads.into_iter().map(note).collect()
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

    /// What took the place of the thing that had this code.
    #[must_use]
    pub fn by_retired_code(&self, code: &str) -> Option<i64> {
        self.retired_codes.get(code).copied()
    }

    /// Whether something is reached by this code, as its own or as that of what was merged into it, or would be if it came
    /// back.
    #[must_use]
    pub fn is_code(&self, name: &str) -> bool {
        self.codes.contains_key(name) || self.retired_codes.contains_key(name) || self.remembered.contains(name)
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

/// What took the place of merged books, by the codes that these had.
///
/// # Errors
/// What the database answers.
pub async fn survivors(
    connection: &impl ConnectionTrait,
    engine: Engine,
    codes: &HashSet<String>,
) -> Result<HashMap<String, Ref>, DbErr> {
    let retired = "SELECT r.code, b.id, b.code, b.slug FROM code_redirect r JOIN item b ON b.id = r.item_id
                 WHERE r.kind = 'book' AND r.code";
    leads(look(connection, engine, retired, codes).await?)
}

/// Of each row the name, and what has it now.
fn leads(rows: Vec<crate::db::Row>) -> Result<HashMap<String, Ref>, DbErr> {
    let lead = |row: crate::db::Row| {
        let mut columns = row.columns();
        Ok((columns.take()?, reference(&mut columns)?))
    };
    rows.into_iter().map(lead).collect()
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

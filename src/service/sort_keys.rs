//! The stored sort keys and folded texts of titles and names, and the version of the rules that computed them.
//!
//! The database stores the version and the language of titles without a language of their own. Every write computes
//! keys in that language, regardless of the settings of the process. A server with another language or version rebuilds
//! all keys before it starts to serve.

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::{search, write};
use crate::db::{self, Database, Engine, Rows, Sql};
use crate::domain::{fold, sort_key};

/// The number of rows per batch.
const BATCH: usize = 1_000;

/// The version and the language of the stored sort keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The version of the rules.
    pub version: i32,
    /// The language tag of titles without a language of their own.
    pub language: String,
}

impl State {
    /// Returns whether the stored keys have the current version and this language.
    #[must_use]
    pub fn is_current(&self, language: &str) -> bool {
        self.version == sort_key::VERSION && self.language == language
    }
}

/// Reads the version and the language of the stored sort keys.
///
/// # Errors
/// Returns the error of the database.
pub async fn state(connection: &impl ConnectionTrait, engine: Engine) -> Result<State, DbErr> {
    let rows = db::rows(connection, Sql::new(engine, "SELECT version, language FROM sort_key_state")).await?;
    let row = rows.first().ok_or_else(|| DbErr::RecordNotFound("sort_key_state".to_owned()))?;
    let mut columns = row.columns();
    Ok(State { version: columns.read_next()?, language: columns.read_next()? })
}

/// Rebuilds all keys if their version or language is out of date. Without `language`, the stored language remains.
/// Returns the number of changed keys, or `None` if the keys were current.
///
/// # Errors
/// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
pub async fn keep_current(database: &Database, language: Option<&str>) -> Result<Option<usize>, DbErr> {
    let engine = database.engine();
    let is_current = |state: &State| state.is_current(language.unwrap_or(&state.language));
    let snapshot = database.snapshot().await?;
    let state_before = state(&snapshot, engine).await?;
    snapshot.rollback().await?;
    if is_current(&state_before) {
        return Ok(None);
    }
    let transaction = write::begin_long(database).await?;
    // Another server may have rebuilt them in the meantime.
    let state = state(&transaction, engine).await?;
    if is_current(&state) {
        transaction.rollback().await?;
        return Ok(None);
    }
    let count = rebuild(&transaction, engine, language.unwrap_or(&state.language)).await?;
    database.commit(transaction).await?;
    Ok(Some(count))
}

async fn rebuild(transaction: &impl ConnectionTrait, engine: Engine, language: &str) -> Result<usize, DbErr> {
    let mut count = 0;
    for kind in NodeKind::ROUTABLE {
        count += rebuild_kind(transaction, engine, kind, language).await?;
    }
    count += rebuild_aliases(transaction, engine).await?;
    let mut sql = Sql::new(engine, "UPDATE sort_key_state SET version = ");
    sql.bind(sort_key::VERSION).push(", language = ").bind(language);
    transaction.execute_raw(sql.into()).await?;
    if count > 0 {
        // The index contains the keys.
        search::record_all(transaction, engine).await?;
    }
    Ok(count)
}

async fn rebuild_kind(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    language: &str,
) -> Result<usize, DbErr> {
    let ([called, sort_key, own], table) = (columns(kind), kind.table());
    let (mut count, mut behind) = (0, 0);
    loop {
        let selected = format!("id, {called}, {own}, {sort_key}, {called}_folded");
        let mut sql = Sql::new(engine, &format!("SELECT {selected} FROM {} AND id > ", kind.filtered_table_ref()));
        sql.bind(behind).push(&format!(" ORDER BY id LIMIT {BATCH}"));
        let page = db::rows(transaction, sql).await?;
        let (mut ids, mut keys, mut folded) = (Vec::new(), Vec::new(), Vec::new());
        for row in &page {
            let mut columns = row.columns();
            behind = columns.read_next()?;
            let (text, own): (String, String) = (columns.read_next()?, columns.read_next()?);
            let stored: (String, String) = (columns.read_next()?, columns.read_next()?);
            let made = (computed(kind, &text, &own, language), fold::stored(&text));
            if made != stored {
                ids.push(behind);
                keys.push(made.0);
                folded.push(made.1);
            }
        }
        count += ids.len();
        if !ids.is_empty() {
            let mut sql = Sql::new(
                engine,
                &format!("UPDATE {table} SET {sort_key} = made.sort_key, {called}_folded = made.folded FROM ("),
            );
            let rows = vec![Rows::Numbers(ids), Rows::Texts(keys), Rows::Texts(folded)];
            sql.select_rows("c0 AS id, c1 AS sort_key, c2 AS folded", rows);
            sql.push(&format!(") AS made WHERE {table}.id = made.id"));
            transaction.execute_raw(sql.into()).await?;
        }
        if page.len() < BATCH {
            return Ok(count);
        }
    }
}

/// Rebuilds the folded texts of aliases, once per distinct alias.
async fn rebuild_aliases(transaction: &impl ConnectionTrait, engine: Engine) -> Result<usize, DbErr> {
    let (mut count, mut behind) = (0, String::new());
    loop {
        let mut sql = Sql::new(engine, "SELECT DISTINCT name, name_folded FROM item_alias WHERE name > ");
        sql.bind(behind.clone()).push(&format!(" ORDER BY name LIMIT {BATCH}"));
        let page = db::rows(transaction, sql).await?;
        let (mut names, mut folded) = (Vec::new(), Vec::new());
        for row in &page {
            let mut columns = row.columns();
            behind = columns.read_next()?;
            let (stored, made): (String, String) = (columns.read_next()?, fold::stored(&behind));
            if made != stored {
                names.push(behind.clone());
                folded.push(made);
            }
        }
        count += names.len();
        if !names.is_empty() {
            let mut sql = Sql::new(engine, "UPDATE item_alias SET name_folded = made.folded FROM (");
            sql.select_rows("c0 AS name, c1 AS folded", vec![Rows::Texts(names), Rows::Texts(folded)]);
            sql.push(") AS made WHERE item_alias.name = made.name");
            transaction.execute_raw(sql.into()).await?;
        }
        if page.len() < BATCH {
            return Ok(count);
        }
    }
}

/// Returns the columns that a sort key depends on: the title or name, the key, and the language, which is empty if
/// there is none.
#[must_use]
pub const fn columns(kind: NodeKind) -> [&'static str; 3] {
    if kind.is_listable() {
        ["title", "title_sort_key", "COALESCE(language, '')"]
    } else if kind.is_catalog_item() {
        ["title", "title_sort_key", "''"]
    } else {
        ["name", "name_sort_key", "''"]
    }
}

/// Computes the sort key of a title or name. `own` is the language of the item itself, empty if it has none.
#[must_use]
pub fn computed(kind: NodeKind, text: &str, own: &str, language: &str) -> String {
    match kind {
        NodeKind::Person | NodeKind::Organization => sort_key::of_name(text),
        _ => sort_key::of_title(text, if own.is_empty() { language } else { own }),
    }
}

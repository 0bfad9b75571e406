//! Draws codes of new records, which are never reused.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use rand::Rng;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Engine, Sql, rows};
use crate::domain::code;

/// The number of codes per statement.
const BATCH: usize = 5_000;

/// Draws `count` codes for records of `kind`: none that `is_known`, no code that a record of the kind has or had, and
/// no slug of the kind, so that addresses are unambiguous.
///
/// # Errors
/// Returns the error of the database.
pub async fn draw(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    count: usize,
    is_known: impl Fn(&str) -> bool,
    mut rng: &mut (dyn Rng + Send),
) -> Result<Vec<String>, DbErr> {
    let mut drawn = Vec::with_capacity(count);
    let mut seen = HashSet::with_capacity(count);
    while drawn.len() < count {
        let mut candidates = Vec::with_capacity(count - drawn.len());
        while candidates.len() < count - drawn.len() {
            let candidate = code::draw(&mut rng);
            if !is_known(&candidate) && seen.insert(candidate.clone()) {
                candidates.push(candidate);
            }
        }
        let used = in_use(transaction, engine, kind, &candidates).await?;
        drawn.extend(candidates.into_iter().filter(|candidate| !used.contains(candidate)));
    }
    Ok(drawn)
}

/// Returns the last revisions of records of `kind` with these codes, including deleted ones.
///
/// # Errors
/// Returns the error of the database.
pub async fn last_revisions(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    codes: &[&str],
) -> Result<HashMap<String, i32>, DbErr> {
    let mut last = HashMap::new();
    for batch in codes.chunks(BATCH) {
        let mut sql = Sql::new(engine, "SELECT code, MAX(revision) FROM revision WHERE kind = ");
        sql.bind(kind.name()).push(" AND code").is_any_text(batch.iter().copied()).push(" GROUP BY code");
        for row in rows(transaction, sql).await? {
            let mut columns = row.columns();
            last.insert(columns.read_next()?, columns.read_next()?);
        }
    }
    Ok(last)
}

/// Returns the candidates that are or were codes or slugs of the kind.
async fn in_use(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    candidates: &[String],
) -> Result<HashSet<String>, DbErr> {
    let present = kind.filtered_table_ref();
    let mut places = vec![
        format!("SELECT code FROM {present} AND code"),
        format!("SELECT code FROM revision WHERE kind = '{kind}' AND code"),
        format!("SELECT code FROM code_redirect WHERE kind = '{kind}' AND code"),
    ];
    if kind.is_routable() {
        places.push(format!("SELECT slug FROM {present} AND slug"));
        places.push(format!("SELECT slug FROM slug_redirect WHERE kind = '{kind}' AND slug"));
    }
    let mut used = HashSet::new();
    for batch in candidates.chunks(BATCH) {
        let mut sql = Sql::new(engine, "");
        for (index, place) in places.iter().enumerate() {
            sql.push(if index == 0 { "" } else { " UNION ALL " }).push(place);
            sql.is_any_text(batch.iter().map(String::as_str));
        }
        for row in rows(transaction, sql).await? {
            used.insert(row.columns().read_next()?);
        }
    }
    Ok(used)
}

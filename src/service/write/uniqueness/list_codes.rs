//! The codes of reading lists and their entries are unique.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::Conflict;
use crate::db::{Engine, Sql, rows};
use crate::service::write::check::{Violation, ViolationCode};
use crate::service::write::load::BATCH;
use crate::service::write::record::Record;

/// A code that is claimed.
struct KeyClaim<'a> {
    code: &'a str,
    /// The id of the list or entry.
    id: i64,
    /// The index of the record.
    index: usize,
    /// The index of the entry. `None` for the list itself.
    entry: Option<usize>,
}

/// The ids of lists and entries of the catalog by code.
pub struct ExistingCodes {
    lists: HashMap<String, i64>,
    entries: HashMap<String, i64>,
}

impl ExistingCodes {
    pub async fn load(
        transaction: &impl ConnectionTrait,
        engine: Engine,
        records: &[(i64, &Record)],
    ) -> Result<Self, DbErr> {
        let (lists, entries) = claims(records);
        Ok(Self {
            lists: holders(transaction, engine, NodeKind::ReadingList, &lists).await?,
            entries: holders(transaction, engine, NodeKind::ReadingListEntry, &entries).await?,
        })
    }

    pub fn conflicts(&self, records: &[(i64, &Record)], conflicts: &mut Vec<Conflict>) {
        let (lists, entries) = claims(records);
        let reason = "is the code of another owner's list: a list has one owner";
        among(&lists, &self.lists, reason, conflicts);
        among(&entries, &self.entries, "is the code of another entry", conflicts);
    }
}

/// Returns the codes of lists and entries.
fn claims<'a>(records: &[(i64, &'a Record)]) -> (Vec<KeyClaim<'a>>, Vec<KeyClaim<'a>>) {
    let mut lists = Vec::new();
    let mut entries = Vec::new();
    for (index, (id, record)) in records.iter().enumerate() {
        let Some(list) = record.list() else { continue };
        lists.push(KeyClaim { code: &list.code, id: *id, index, entry: None });
        let coded = list.entries.iter().enumerate().filter(|(_, entry)| !entry.code.is_empty());
        entries.extend(coded.map(|(place, entry)| KeyClaim {
            code: &entry.code,
            id: entry.id,
            index,
            entry: Some(place),
        }));
    }
    (lists, entries)
}

async fn holders(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    claims: &[KeyClaim<'_>],
) -> Result<HashMap<String, i64>, DbErr> {
    let mut holders = HashMap::new();
    for batch in claims.chunks(BATCH) {
        let mut sql = Sql::new(engine, &format!("SELECT code, id FROM {} AND code", kind.filtered_table_ref()));
        sql.is_any_text(batch.iter().map(|claim| claim.code));
        for row in rows(transaction, sql).await? {
            let mut columns = row.columns();
            holders.insert(columns.read_next()?, columns.read_next()?);
        }
    }
    Ok(holders)
}

fn among(claims: &[KeyClaim<'_>], holders: &HashMap<String, i64>, reason: &str, conflicts: &mut Vec<Conflict>) {
    let mut first: HashMap<&str, (usize, usize)> = HashMap::new();
    for (place, claim) in claims.iter().enumerate() {
        let KeyClaim { code, id, index, entry } = *claim;
        let (first_place, first_index) = *first.entry(code).or_insert((place, index));
        let earlier = match holders.get(code) {
            Some(holder) if *holder == id => continue,
            Some(_) => None,
            None if first_place == place => continue,
            // A list that has a code twice is invalid in any case.
            None => Some(first_index).filter(|first| *first != index),
        };
        let field = entry.map_or_else(|| "code".to_owned(), |entry| format!("entries[{entry}].code"));
        let violation = Violation::new(&field, ViolationCode::Taken, Some(code), reason);
        conflicts.push(Conflict { index, violation, earlier });
    }
}

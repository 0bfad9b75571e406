//! The codes of reading lists and of their entries.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Engine, Sql, rows};
use crate::service::write::check::{Fault, FaultCode};
use crate::service::write::load::BATCH;
use crate::service::write::record::{ReadingList, Record, RecordOf};

/// A code, the row that it is for, and the index of its record.
type Claim<'a> = (&'a str, i64, usize);

pub async fn find(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    records: &[(i64, &Record)],
    faults: &mut Vec<(usize, Fault)>,
) -> Result<(), DbErr> {
    let mut lists = Vec::new();
    let mut entries = Vec::new();
    for (index, (id, record)) in records.iter().enumerate() {
        let Some(list) = ReadingList::of(record) else { continue };
        lists.push((list.code.as_str(), *id, index));
        let coded = list.entries.iter().filter(|entry| !entry.code.is_empty());
        entries.extend(coded.map(|entry| (entry.code.as_str(), entry.id, index)));
    }
    let reason = "is the code of another owner's list: a list has one owner";
    among(transaction, engine, NodeKind::ReadingList, &lists, ("code", reason), faults).await?;
    let reason = "is the code of another entry";
    among(transaction, engine, NodeKind::ReadingListEntry, &entries, ("entries", reason), faults).await
}

async fn among(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    claims: &[Claim<'_>],
    (field, reason): (&str, &str),
    faults: &mut Vec<(usize, Fault)>,
) -> Result<(), DbErr> {
    let mut holders: HashMap<String, i64> = HashMap::new();
    for batch in claims.chunks(BATCH) {
        let mut sql = Sql::new(engine, &format!("SELECT code, id FROM {kind} WHERE code"));
        sql.is_any_text(batch.iter().map(|(code, _, _)| *code));
        for row in rows(transaction, sql).await? {
            let mut columns = row.columns();
            holders.insert(columns.take()?, columns.take()?);
        }
    }
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (place, (code, id, index)) in claims.iter().enumerate() {
        let is_second = *first.entry(code).or_insert(place) != place;
        if is_second || holders.get(*code).is_some_and(|holder| holder != id) {
            faults.push((*index, Fault::new(field, FaultCode::Taken, Some(code), reason)));
        }
    }
    Ok(())
}

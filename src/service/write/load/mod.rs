//! Reading the present records of things, in batches: a fixed number of statements for each five hundred of a kind.

mod former;
mod items;
mod lists;
mod parties;
mod relations;

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::record::Stored;
use crate::db::{Engine, Sql, rows};

pub use relations::reference;

/// How many records one round of statements reads.
pub(super) const BATCH: usize = 500;

/// Reads the records of `kind` with these row ids, in no particular order; what is not there is left out.
///
/// # Errors
/// What the database answers.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    ids: &[i64],
) -> Result<Vec<Stored>, DbErr> {
    let mut records = Vec::with_capacity(ids.len());
    for ids in ids.chunks(BATCH) {
        records.extend(match kind {
            NodeKind::Career => items::careers(connection, engine, ids).await?,
            NodeKind::Course => items::courses(connection, engine, ids).await?,
            NodeKind::Book => items::books(connection, engine, ids).await?,
            NodeKind::Topic => items::topics(connection, engine, ids).await?,
            NodeKind::Person => parties::people(connection, engine, ids).await?,
            NodeKind::Organization => parties::organizations(connection, engine, ids).await?,
            NodeKind::ReadingList => lists::lists(connection, engine, ids).await?,
            NodeKind::ReadingListEntry => Vec::new(),
        });
    }
    Ok(records)
}

/// The row ids of the reading lists of these careers, courses or topics, each beside its owner's.
///
/// # Errors
/// What the database answers.
pub async fn lists_of(
    connection: &impl ConnectionTrait,
    engine: Engine,
    owner_kind: NodeKind,
    owners: &[i64],
) -> Result<Vec<(i64, i64)>, DbErr> {
    let owner = owner_kind.name();
    let mut lists = Vec::with_capacity(owners.len());
    for owners in owners.chunks(BATCH) {
        let mut sql = Sql::new(engine, &format!("SELECT {owner}_id, id FROM reading_list WHERE {owner}_id"));
        sql.is_any_id(owners.iter().copied());
        for row in rows(connection, sql).await? {
            let mut columns = row.columns();
            lists.push((columns.take()?, columns.take()?));
        }
    }
    Ok(lists)
}

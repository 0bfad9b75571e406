//! Loads records in batches, with a fixed number of statements for each five hundred of a kind.

mod items;
mod links;
mod lists;
mod parties;
mod relations;

use entity::item;
use entity::kind::NodeKind;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr};

use super::record::Stored;
use crate::catalog::Kind;
use crate::db::{Engine, Sql, rows};

pub use relations::reference;

/// The number of records per batch.
pub(super) const BATCH: usize = 500;

/// Loads the records of `kind` with these ids, in any order. Unknown ids are omitted.
///
/// # Errors
/// Returns the error of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    ids: &[i64],
) -> Result<Vec<Stored>, DbErr> {
    let mut records = Vec::with_capacity(ids.len());
    for ids in ids.chunks(BATCH) {
        records.extend(match Kind::of(kind) {
            Some(kind) if kind.node.is_catalog_item() => {
                items::items(connection, engine, kind, item::Column::Id.is_in(ids.iter().copied())).await?
            }
            Some(kind) => parties::parties(connection, engine, kind, ids).await?,
            None if kind == NodeKind::ReadingList => lists::lists(connection, engine, ids).await?,
            None => Vec::new(),
        });
    }
    Ok(records)
}

/// Loads the record of `kind` with this code, if there is one.
///
/// # Errors
/// Returns the error of the database.
pub async fn by_code(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    code: &str,
) -> Result<Option<Stored>, DbErr> {
    if let Some(kind) = Kind::of(kind).filter(|kind| kind.node.is_catalog_item()) {
        return Ok(items::items(connection, engine, kind, item::Column::Code.eq(code)).await?.into_iter().next());
    }
    let mut sql = Sql::new(engine, &format!("SELECT id FROM {} AND code = ", kind.filtered_table_ref()));
    sql.bind(code);
    let Some(row) = rows(connection, sql).await?.into_iter().next() else { return Ok(None) };
    Ok(by_ids(connection, engine, kind, &[row.columns().read_next()?]).await?.into_iter().next())
}

/// Returns the ids of the reading lists of these items, with the ids of their owners.
///
/// # Errors
/// Returns the error of the database.
pub async fn lists_of(
    connection: &impl ConnectionTrait,
    engine: Engine,
    owners: &[i64],
) -> Result<Vec<(i64, i64)>, DbErr> {
    let mut lists = Vec::with_capacity(owners.len());
    for owners in owners.chunks(BATCH) {
        let mut sql = Sql::new(engine, "SELECT owner_id, id FROM reading_list WHERE owner_id");
        sql.is_any_id(owners.iter().copied());
        for row in rows(connection, sql).await? {
            let mut columns = row.columns();
            lists.push((columns.read_next()?, columns.read_next()?));
        }
    }
    Ok(lists)
}

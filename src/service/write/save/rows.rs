//! Writes many rows in one statement.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, Iden, IntoActiveModel, Iterable};

use crate::db::{Engine, Sql};

/// The maximum number of rows per statement. More rows are not faster.
const ROWS: usize = 500;

/// The maximum number of values per statement.
const fn values(engine: Engine) -> usize {
    match engine {
        Engine::Sqlite => 32_766,
        Engine::Postgres => 65_535,
    }
}

/// Inserts new rows.
pub async fn insert<E>(transaction: &impl ConnectionTrait, engine: Engine, rows: Vec<E::Model>) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    write::<E>(transaction, engine, rows, None).await
}

/// Inserts rows, or updates all columns except `stay` of rows that exist.
pub async fn upsert<E>(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    rows: Vec<E::Model>,
    stay: &[&str],
) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let change = E::Column::iter().filter(|column| !stay.contains(&column.unquoted())).collect::<Vec<_>>();
    let conflict = OnConflict::column(sea_orm::sea_query::Alias::new("id")).update_columns(change).to_owned();
    write::<E>(transaction, engine, rows, Some(conflict)).await
}

/// Inserts rows. `conflict` determines what happens to rows that exist.
pub async fn write<E>(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    rows: Vec<E::Model>,
    conflict: Option<OnConflict>,
) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let batch = ROWS.min(values(engine) / E::Column::iter().count().max(1));
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut insert = E::insert_many(rows.by_ref().take(batch).map(IntoActiveModel::into_active_model));
        if let Some(conflict) = &conflict {
            insert = insert.on_conflict(conflict.clone());
        }
        insert.exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// Executes `text` with a condition on `ids`, unless `ids` is empty.
pub async fn execute_for_ids(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    text: &str,
    ids: Vec<i64>,
) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(engine, text);
    sql.is_any_id(ids);
    transaction.execute_raw(sql.into()).await?;
    Ok(())
}

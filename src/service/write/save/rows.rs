//! Writes many rows in one statement.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue, ConnectionTrait, DbErr, EntityTrait, Iden, IntoActiveModel, Iterable};

use crate::db::{CopyRows, Engine, Sql, Transaction};

/// The maximum number of rows per statement. More rows are not faster.
const ROWS: usize = 500;

/// The number of rows from which `COPY` is faster than `INSERT`, which can use a prepared statement.
const MIN_COPY_ROWS: usize = 50;

/// The maximum number of values per statement.
const fn values(engine: Engine) -> usize {
    match engine {
        Engine::Sqlite => 32_766,
        Engine::Postgres => 65_535,
    }
}

/// Inserts new rows.
pub async fn insert<E>(
    transaction: &Transaction,
    engine: Engine,
    rows: impl IntoIterator<Item = impl IntoActiveModel<E::ActiveModel>>,
) -> Result<(), DbErr>
where
    E: EntityTrait,
{
    let rows: Vec<E::ActiveModel> = rows.into_iter().map(IntoActiveModel::into_active_model).collect();
    if engine == Engine::Postgres && rows.len() >= MIN_COPY_ROWS {
        return transaction.copy(copied::<E>(rows)?).await;
    }
    write::<E>(transaction, engine, rows, None).await
}

/// Returns the rows in the format of `COPY`. All of them set the same columns.
fn copied<E: EntityTrait>(rows: Vec<E::ActiveModel>) -> Result<CopyRows, DbErr> {
    let is_set = |column: &E::Column| rows.first().is_some_and(|row| !matches!(row.get(*column), ActiveValue::NotSet));
    let columns: Vec<E::Column> = E::Column::iter().filter(is_set).collect();
    let names: Vec<&str> = columns.iter().map(Iden::unquoted).collect();
    let mut copied = CopyRows::new(E::default().table_name(), &names);
    for row in rows {
        copied.push(columns.iter().filter_map(|column| row.get(*column).into_value()))?;
    }
    Ok(copied)
}

/// Inserts rows, or updates all columns except `stay` of rows that exist.
pub async fn upsert<E>(
    transaction: &Transaction,
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
    transaction: &Transaction,
    engine: Engine,
    rows: Vec<impl IntoActiveModel<E::ActiveModel>>,
    conflict: Option<OnConflict>,
) -> Result<(), DbErr>
where
    E: EntityTrait,
{
    let batch = ROWS.min(values(engine) / E::Column::iter().count().max(1));
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        let mut insert = E::insert_many(rows.by_ref().take(batch));
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

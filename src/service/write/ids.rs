//! Assigns ids before rows are written, so that new rows can refer to each other in any order.

use entity::kind::{NodeKind, TAG_BITS, TAG_MASK};
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Engine, Sql, rows};

/// Allocates the next `count` ids of a kind, which are never reused. The ids of items contain the [tag](NodeKind::tag)
/// of their kind.
///
/// # Errors
/// Returns the error of the database.
pub async fn take(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    count: usize,
) -> Result<Vec<i64>, DbErr> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let numbers = match engine {
        Engine::Sqlite => sqlite_numbers(transaction, kind, count).await?,
        Engine::Postgres => postgres_numbers(transaction, kind, count).await?,
    };
    let id = |number: i64| if kind.is_catalog_item() { (number << TAG_BITS) | kind.tag() } else { number };
    Ok(numbers.into_iter().map(id).collect())
}

async fn postgres_numbers(transaction: &impl ConnectionTrait, kind: NodeKind, count: i64) -> Result<Vec<i64>, DbErr> {
    let sequence = if kind.is_catalog_item() {
        "'item_number'".to_owned()
    } else {
        format!("pg_get_serial_sequence('{}', 'id')", kind.table())
    };
    // Materialized, because the name would otherwise be looked up for each number.
    let with = format!("WITH sequence AS MATERIALIZED (SELECT CAST({sequence} AS regclass) AS name)");
    let mut sql =
        Sql::new(Engine::Postgres, &format!("{with} SELECT nextval(name) FROM sequence, generate_series(1, "));
    sql.bind(count).push(")");
    rows(transaction, sql).await?.iter().map(|row| row.columns().read_next()).collect()
}

/// SQLite stores the greatest id that was ever inserted, and there is no other writer before the commit.
async fn sqlite_numbers(transaction: &impl ConnectionTrait, kind: NodeKind, count: i64) -> Result<Vec<i64>, DbErr> {
    let (engine, table) = (Engine::Sqlite, kind.table());
    let mut sql = Sql::new(engine, "SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = ");
    sql.bind(table).push("), 0)");
    let greatest: i64 = match rows(transaction, sql).await?.first() {
        Some(row) => row.columns().read_next()?,
        None => 0,
    };
    let last = if kind.is_catalog_item() { greatest >> TAG_BITS } else { greatest };
    let next = last + count;
    let assigned = if kind.is_catalog_item() { (next << TAG_BITS) | TAG_MASK } else { next };
    remember(transaction, engine, table, assigned).await?;
    Ok((last + 1..=next).collect())
}

/// Stores the greatest assigned id, so that SQLite continues after it.
async fn remember(transaction: &impl ConnectionTrait, engine: Engine, table: &str, greatest: i64) -> Result<(), DbErr> {
    let mut update = Sql::new(engine, "UPDATE sqlite_sequence SET seq = ");
    update.bind(greatest).push(" WHERE name = ").bind(table);
    if transaction.execute_raw(update.into()).await?.rows_affected() == 0 {
        let mut insert = Sql::new(engine, "INSERT INTO sqlite_sequence (seq, name) VALUES (");
        insert.bind(greatest).push(", ").bind(table).push(")");
        transaction.execute_raw(insert.into()).await?;
    }
    Ok(())
}

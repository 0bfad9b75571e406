//! Row ids, handed out before the rows are written, so that new things can refer to each other in any order.

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Engine, Sql, rows};

/// Takes the next `count` row ids of a kind's table; they are never given out again.
///
/// # Errors
/// What the database answers.
pub async fn take(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    count: usize,
) -> Result<Vec<i64>, DbErr> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let table = kind.name();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let mut sql;
    match engine {
        // SQLite remembers the greatest id that was ever written, and nobody else writes until we commit.
        Engine::Sqlite => {
            sql = Sql::new(engine, "SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = ");
            sql.bind(table).push("), 0)");
            let last: i64 = match rows(transaction, sql).await?.first() {
                Some(row) => row.columns().take()?,
                None => 0,
            };
            remember(transaction, engine, table, last + count).await?;
            Ok((last + 1..=last + count).collect())
        }
        Engine::Postgres => {
            sql = Sql::new(engine, &format!("SELECT nextval(pg_get_serial_sequence('{table}', 'id')) "));
            sql.push("FROM generate_series(1, ").bind(count).push(")");
            rows(transaction, sql).await?.iter().map(|row| row.columns().take()).collect()
        }
    }
}

/// Tells SQLite the greatest id that was handed out, so that it goes on behind it.
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

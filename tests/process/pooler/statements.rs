//! Single statements and transactions of concurrent clients.

use sea_orm::ConnectionTrait;
use syllabus::db::{Database, Engine, Sql, rows};

use super::{CLIENTS, CONNECTIONS, Pooled};
use crate::common::pgbouncer::PAGE;
use crate::fault::postgres::administrator;

/// The number of statements of each client.
const ROUNDS: i64 = 100;
/// The number of rows of each statement.
const ROWS: i64 = 3;

/// A statement with one parameter. Each client has another text.
fn statement(client: usize, value: i64) -> Sql {
    let mut sql = Sql::new(Engine::Postgres, &format!("SELECT CAST({client} AS bigint), CAST(n AS bigint), "));
    sql.bind(value).push(&format!(" FROM generate_series(1, {ROWS}) AS n ORDER BY n"));
    sql
}

/// Sends statements alone and in transactions, and checks every row.
async fn send(database: Database, client: usize) {
    for round in 0..ROUNDS {
        let value = round * 100 + i64::try_from(client).expect("there are few");
        let found = if round % 4 == 0 {
            let transaction = database.begin().await.expect("a connection becomes free");
            rows(&transaction, statement(client, value + 1)).await.expect("it is read");
            let found = rows(&transaction, statement(client, value)).await.expect("it is read");
            transaction.commit().await.expect("nothing failed");
            found
        } else {
            database.rows(statement(client, value)).await.expect("it is read")
        };
        let read = |row: &syllabus::db::Row| {
            let mut columns = row.columns();
            let mut next = || columns.read_next::<i64>().expect("it is a number");
            (next(), next(), next())
        };
        let expected: Vec<_> =
            (1..=ROWS).map(|number| (i64::try_from(client).expect("there are few"), number, value)).collect();
        assert_eq!(found.iter().map(read).collect::<Vec<_>>(), expected, "client {client}, round {round}");
    }
}

async fn number(connection: &impl ConnectionTrait, sql: &str) -> i64 {
    let rows = rows(connection, Sql::new(Engine::Postgres, sql)).await.expect("it can be read");
    rows[0].columns().read_next().expect("it is a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_clients_get_the_rows_of_their_own_statements() {
    let Some(pooled) = Pooled::start("").await else { return };
    let database = Database::connect(pooled.options()).await.expect("it can be reached");
    let clients: Vec<_> = (0..CLIENTS).map(|client| tokio::spawn(send(database.clone(), client))).collect();
    for client in clients {
        client.await.expect("every row is right");
    }
    let (opened, _) = database.connections();
    assert!(opened > CONNECTIONS, "{opened} clients use {CONNECTIONS} connections");
    assert_eq!(pooled.count_connections("TRUE").await, i64::from(CONNECTIONS));

    // Both connections to PostgreSQL, one after another.
    let (one, other) = (database.begin().await.expect("one is free"), database.begin().await.expect("two are free"));
    let backend = "SELECT CAST(pg_backend_pid() AS bigint)";
    assert_ne!(number(&one, backend).await, number(&other, backend).await);
    for transaction in [&one, &other] {
        assert_eq!(
            number(transaction, "SELECT COUNT(*) FROM pg_prepared_statements").await,
            0,
            "no statement has a name"
        );
    }
    for transaction in [one, other] {
        transaction.rollback().await.expect("nothing failed");
    }
    database.close().await.expect("it can be left");
}

#[tokio::test]
async fn canceled_reads_leave_no_transaction_open() {
    let Some(pooled) = Pooled::start("").await else { return };
    let database = Database::connect(pooled.options()).await.expect("it can be reached");
    for polls in 1.. {
        let read = database.rows(statement(1, 1));
        if crate::common::polled(read, polls).await.is_some() {
            break;
        }
    }
    // With an open transaction on one of the connections, only one transaction could begin.
    for _ in 0..CONNECTIONS {
        let transactions = [database.begin().await, database.begin().await];
        for transaction in transactions {
            transaction.expect("a connection is free").rollback().await.expect("nothing failed");
        }
    }
    assert_eq!(pooled.count_connections("state LIKE 'idle in transaction%'").await, 0);
    database.close().await.expect("it can be left");
}

#[tokio::test]
async fn inspections_cannot_write() {
    let Some(pooled) = Pooled::start("").await else { return };
    let database = Database::open_for_inspection(pooled.options()).await.expect("it can be reached");
    let database = database.expect("it is there");
    let transaction = database.begin().await.expect("a connection is free");
    let refused = transaction.execute_unprepared("CREATE TABLE more (id bigint)").await;
    assert!(refused.expect_err("nothing can be written").to_string().contains("read-only transaction"));
    database.close().await.expect("it can be left");
}

#[tokio::test]
async fn the_documented_role_settings_apply_behind_the_pooler() {
    let Some(pooled) = Pooled::start("").await else { return };
    let administrator = administrator(pooled.cluster, "postgres").await;
    let settings: Vec<&str> = PAGE.lines().filter(|line| line.starts_with("ALTER ROLE syllabus SET ")).collect();
    assert_eq!(settings.len(), 2);
    for statement in settings {
        administrator.execute_unprepared(statement).await.expect("it can be done");
    }
    let database = Database::connect(pooled.options()).await.expect("it can be opened");
    let sql = "SELECT current_setting('plan_cache_mode'), current_setting('jit')";
    let rows = database.rows(Sql::new(Engine::Postgres, sql)).await.expect("it can be read");
    let mut columns = rows[0].columns();
    let read: (String, String) = (columns.read_next().expect("a text"), columns.read_next().expect("a text"));
    // Other tests use the same role.
    administrator.execute_unprepared("ALTER ROLE syllabus RESET ALL").await.expect("it can be done");
    assert_eq!(read, ("force_generic_plan".to_owned(), "off".to_owned()));
}

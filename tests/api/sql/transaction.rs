//! Transactions are atomic, and return only idle connections to the pool.

use std::str::FromStr;
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use syllabus::db::{ConnectOptions, Database, DatabaseUrl, Engine, SchemaState, Sql, Synchronous, Transaction, rows};

use crate::common::{on_each_engine, polled};

/// How soon an abandoned connection is closed.
const CLOSED: Duration = Duration::from_secs(10);

async fn purged(database: &Database) -> i64 {
    let sql = Sql::new(database.engine(), "SELECT last_purged_id FROM change_feed_watermark");
    let rows = database.rows(sql).await.expect("it can be read");
    rows[0].columns().read_next().expect("it is a number")
}

async fn purge(transaction: &Transaction, engine: Engine, last: i64) -> bool {
    let mut sql = Sql::new(engine, "UPDATE change_feed_watermark SET last_purged_id = ");
    sql.bind(last);
    transaction.execute_raw(sql.into()).await.is_ok()
}

#[test]
fn transactions_reject_statements_after_an_error() {
    on_each_engine(async |store| {
        let (database, engine) = (&store.database, store.database.engine());
        for wrong in ["SELECT nothing FROM nowhere", "UPDATE change_feed_watermark SET id = 2"] {
            let transaction = database.begin().await.expect("nobody else writes");
            assert!(purge(&transaction, engine, 5).await);
            transaction.execute_unprepared(wrong).await.expect_err(wrong);
            assert!(!purge(&transaction, engine, 7).await, "after {wrong}");
            assert!(rows(&transaction, Sql::new(engine, "SELECT 1")).await.is_err(), "after {wrong}");
            transaction.commit().await.expect_err("an error was met");
            assert_eq!(purged(database).await, 0, "after {wrong}");
        }
        let transaction = database.begin().await.expect("the connection is replaced");
        assert!(purge(&transaction, engine, 9).await);
        transaction.commit().await.expect("nothing failed");
        assert_eq!(purged(database).await, 9);
    });
}

#[test]
fn transactions_reject_statements_after_cancellation() {
    on_each_engine(async |store| {
        let (database, engine) = (&store.database, store.database.engine());
        // A statement can complete before its first poll. Then nothing was cancelled, and the next transaction tries
        // again.
        let transaction = loop {
            let transaction = database.begin().await.expect("nobody else writes");
            assert!(purge(&transaction, engine, 5).await);
            if polled(purge(&transaction, engine, 7), 1).await.is_none() {
                break transaction;
            }
            transaction.rollback().await.expect("nothing failed");
        };
        assert!(!purge(&transaction, engine, 8).await);
        transaction.commit().await.expect_err("a statement was cancelled");
        assert_eq!(purged(database).await, 0);
    });
}

#[test]
fn cancelled_transactions_release_their_connection() {
    on_each_engine(async |store| {
        let (database, engine) = (&store.database, store.database.engine());
        for polls in 1.. {
            let write = async {
                let transaction = database.begin().await.expect("nobody else writes for long");
                assert!(purge(&transaction, engine, 1).await);
                transaction.commit().await.expect("nothing failed");
            };
            let is_done = polled(write, polls).await.is_some();
            until_nobody_writes(database).await;
            let transaction = database.begin().await.expect("nobody else writes for long");
            assert!(purge(&transaction, engine, 0).await, "after {polls} polls");
            transaction.commit().await.expect("nothing failed");
            assert_eq!(purged(&store.second_handle().await).await, 0, "after {polls} polls");
            if is_done {
                return;
            }
        }
    });
}

/// PostgreSQL is queried for it; on SQLite the next writer waits.
async fn until_nobody_writes(database: &Database) {
    if database.engine() == Engine::Sqlite {
        return;
    }
    let begin = Instant::now();
    loop {
        let open = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                    AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'";
        let rows = database.rows(Sql::new(Engine::Postgres, open)).await.expect("it can be asked");
        if rows[0].columns().read_next::<i64>().expect("it is a number") == 0 {
            return;
        }
        assert!(begin.elapsed() < CLOSED, "a transaction stays open");
        tokio::task::yield_now().await;
    }
}

/// SQLite rolls back by itself if the database cannot grow, as on a full disk.
#[tokio::test]
async fn migrations_resume_after_a_full_disk() {
    let directory = tempfile::tempdir().expect("the disk has space");
    let url = format!("sqlite:{}", directory.path().join("catalog.db").display());
    let url = DatabaseUrl::from_str(&url).expect("it names a file");
    let database = Database::connect(&url).await.expect("a new file can be opened");
    let limit = async |pages: u32| {
        let pragma = format!("PRAGMA max_page_count = {pages}");
        database.writer().execute_unprepared(&pragma).await.expect("it can be set");
    };
    for _ in 0..3 {
        limit(20).await;
        database.migrate_up().await.expect_err("it takes more pages");
    }
    limit(100_000).await;
    database.migrate_up().await.expect("there is space");
    let other = Database::connect(&url).await.expect("it can be opened");
    assert_eq!(other.schema_state().await.expect("it can be asked"), SchemaState::Current);
}

/// Also a connection that replaces another.
#[tokio::test]
async fn sqlite_syncs_each_commit_by_default() {
    let directory = tempfile::tempdir().expect("the disk has space");
    let url = format!("sqlite:{}", directory.path().join("catalog.db").display());
    let default = ConnectOptions::from(DatabaseUrl::from_str(&url).expect("it names a file"));
    let normal = ConnectOptions { synchronous: Synchronous::Normal, ..default.clone() };
    for (options, level) in [(default, 2), (normal, 1)] {
        let database = Database::open(options, true).await.expect("it can be opened");
        for _ in 0..2 {
            let transaction = database.begin().await.expect("nobody else writes");
            let rows = rows(&transaction, Sql::new(Engine::Sqlite, "PRAGMA synchronous")).await.expect("it is known");
            assert_eq!(rows[0].columns().read_next::<i64>().expect("it is a number"), level);
            transaction
                .execute_unprepared("SELECT nothing FROM nowhere")
                .await
                .expect_err("the connection is replaced");
        }
        database.close().await.expect("it can be closed");
    }
}

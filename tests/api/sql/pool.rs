//! The settings of PostgreSQL's connection pools.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use sea_orm::{ConnectionTrait, DbErr};
use syllabus::db::{ConnectOptions, Database, DatabaseUrl, Engine, PoolOptions, Sql};
use tokio::time::{sleep, timeout};

use crate::common::{Store, on_each_engine};

async fn open(store: &Store, pool: PoolOptions) -> Database {
    let url: DatabaseUrl = store.url().parse().expect("it is an address");
    Database::open(ConnectOptions { pool, ..url.into() }, false).await.expect("it can be opened")
}

async fn wait_in_the_database(database: &Database, seconds: &str) -> Result<(), DbErr> {
    database
        .rows(Sql::new(Engine::Postgres, &format!("SELECT CAST(1 AS bigint) FROM pg_sleep({seconds})")))
        .await
        .map(drop)
}

#[test]
fn readers_respect_the_pool_size() {
    on_each_engine(async |store| {
        if store.database.engine() == Engine::Sqlite {
            return;
        }
        let database = open(store, PoolOptions { max_read_connections: 5, ..PoolOptions::default() }).await;
        let reads = join_all((0..12).map(|_| wait_in_the_database(&database, "0.05"))).await;
        assert!(reads.iter().all(Result::is_ok), "{reads:?}");
        // Two of the five are for long reads, of which the check of the schema is one.
        let open = database.connections().0;
        assert!((3..=5).contains(&open), "{open}");
        database.close().await.expect("it can be left");
    });
}

#[test]
fn acquire_timeout_is_respected() {
    on_each_engine(async |store| {
        if store.database.engine() == Engine::Sqlite {
            return;
        }
        // Opening a connection on a busy machine takes less.
        let acquire_timeout = Duration::from_secs(2);
        let pool = PoolOptions { max_read_connections: 3, acquire_timeout, ..PoolOptions::default() };
        let database = open(store, pool).await;
        let begin = Instant::now();
        let mut reads: FuturesUnordered<_> = (0..2).map(|_| wait_in_the_database(&database, "600")).collect();
        let first = reads.next().await;
        assert!(matches!(first, Some(Err(DbErr::ConnectionAcquire(_)))), "{first:?}");
        assert!(begin.elapsed() >= acquire_timeout, "{:?}", begin.elapsed());
        let cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND query LIKE '%pg_sleep(600)'";
        store.database.writer().execute_unprepared(cancel).await.expect("it can be canceled");
        let other = reads.next().await;
        assert!(matches!(other, Some(Err(DbErr::Query(_)))), "{other:?}");
        drop(reads);
        database.close().await.expect("it can be left");
    });
}

#[test]
fn idle_connections_are_closed() {
    on_each_engine(async |store| {
        if store.database.engine() == Engine::Sqlite {
            return;
        }
        let idle_timeout = Duration::from_millis(200);
        let database = open(store, PoolOptions { idle_timeout, ..PoolOptions::default() }).await;
        join_all((0..6).map(|_| wait_in_the_database(&database, "0.1"))).await;
        let closed = async {
            while database.connections().0 > 0 {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(20), closed).await.expect("all are closed");
        wait_in_the_database(&database, "0").await.expect("another is opened");
        database.close().await.expect("it can be left");
    });
}

//! PostgreSQL, with a `statement_timeout` that one statement of a write exceeds.
//!
//! Another session holds a lock on one table after the other, so that the write's first statement that changes the table
//! waits until its time is up.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};

use crate::common::Cluster;
use crate::fault::place::Place;
use crate::fault::postgres::{administrator, cluster, create_database};
use crate::fault::state::expect;
use crate::fault::sweep::every;
use crate::fault::writes::{Answer, Write};

/// Much longer than a statement takes without waiting.
const TIMEOUT: &str = "4s";
/// Tables that some write needs, so that each kind is rejected at least once even in a short run.
const NEEDED: [&str; 3] = ["api_token", "change_event", "seaql_migrations"];
const SERVER_WRITES: [Write; 4] = [Write::Mutation, Write::ImportMutation, Write::TokenMutation, Write::Publication];
const COMMAND_WRITES: [Write; 5] = [Write::Import, Write::Token, Write::Purge, Write::Migration, Write::Creation];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_of_a_server_survives_a_statement_timeout() {
    let Some(cluster) = cluster() else { return };
    survives(cluster, &SERVER_WRITES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_of_a_command_survives_a_statement_timeout() {
    let Some(cluster) = cluster() else { return };
    for write in COMMAND_WRITES {
        survives(cluster, &[write]).await;
    }
}

async fn survives(cluster: &Cluster, writes: &[Write]) {
    let database = create_database(cluster, "").await;
    let place = Place::postgres(cluster.url(&database));
    let alter = format!("ALTER DATABASE {database} SET statement_timeout = '{TIMEOUT}'");
    administrator(cluster, "postgres").await.execute_unprepared(&alter).await.expect("it can be set");
    let other = administrator(cluster, &database).await;

    let server = writes.iter().any(|write| write.is_served()).then(|| place.serve());
    let mut answers = Vec::new();
    let mut numbers = (0..).step_by(2);
    for &write in writes {
        let mut refused = Vec::new();
        let first = numbers.next().expect("there are enough");
        // Removes the tables that the write creates.
        write.prepare(&place, server.as_ref(), first).await;
        let tables = tables(&other).await;
        assert_eq!(write.run(&place, server.as_ref(), first).await, Answer::Acknowledged, "{write} works");
        for (index, table) in (0_u64..).zip(tables) {
            if !index.is_multiple_of(every()) && !NEEDED.contains(&table.as_str()) {
                continue;
            }
            let number = numbers.next().expect("there are enough");
            write.prepare(&place, server.as_ref(), number).await;
            let lock = other.begin().await.expect("there is a session");
            let sql = format!("SET LOCAL statement_timeout = 0; LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE");
            lock.execute_unprepared(&sql).await.expect("nobody else has it");
            let answer = write.run(&place, server.as_ref(), number).await;
            lock.rollback().await.expect("it ends");
            answers.push((write, number, answer));
            if answer == Answer::Acknowledged {
                expect_done(write, &place);
            }
            let next = write.run(&place, server.as_ref(), number + 1).await;
            assert_eq!(next, Answer::Acknowledged, "{write} works once {table} is free");
            expect_done(write, &place);
            if !write.is_idempotent() {
                answers.push((write, number + 1, next));
            }
            if answer == Answer::Refused {
                refused.push(table);
            }
        }
        assert!(!refused.is_empty(), "{write} waited for no table");
        println!("PostgreSQL, {write}, statement_timeout: {} writes refused at {}", refused.len(), refused.join(", "));
    }
    if let Some(server) = server {
        server.stop();
    }
    place.run(&["check"]);
    expect(&place, &answers).await;
}

fn expect_done(write: Write, place: &Place) {
    let left = write.left(place).unwrap_or_default();
    assert!(left.iter().all(|left| *left == 0), "{write} is acknowledged, and {left:?} is left");
}

async fn tables(database: &DatabaseConnection) -> Vec<String> {
    let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";
    let rows = database.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.expect("it answers");
    rows.iter().map(|row| row.try_get_by_index(0).expect("it is a name")).collect()
}

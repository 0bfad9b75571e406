//! PostgreSQL, with a `statement_timeout` that one statement of a write exceeds.
//!
//! Another session holds a lock on one table after the other, so that the write's first statement that changes the table
//! waits until its time is up.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};

use crate::fault::place::Place;
use crate::fault::postgres::{administrator, cluster, create_database};
use crate::fault::state::expect;
use crate::fault::sweep::every;
use crate::fault::writes::{Answer, Write};

/// Much longer than a statement takes without waiting.
const TIMEOUT: &str = "4s";
/// Tables that all writes need, so that some are rejected even in a short run.
const NEEDED: [&str; 2] = ["change_event", "api_token"];
const WRITES: [Write; 4] = [Write::Mutation, Write::ImportMutation, Write::TokenMutation, Write::Publication];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_survives_a_statement_timeout() {
    let Some(cluster) = cluster() else { return };
    let database = create_database(cluster, "").await;
    let place = Place::postgres(cluster.url(&database));
    let alter = format!("ALTER DATABASE {database} SET statement_timeout = '{TIMEOUT}'");
    administrator(cluster, "postgres").await.execute_unprepared(&alter).await.expect("it can be set");
    let other = administrator(cluster, &database).await;
    let tables = tables(&other).await;
    let pairs = WRITES.into_iter().flat_map(|write| tables.iter().map(move |table| (write, table)));

    let server = place.serve();
    let mut answers = Vec::new();
    let mut refused: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (number, (write, table)) in (0_u64..).step_by(2).zip(pairs) {
        if !(number / 2).is_multiple_of(every()) && !NEEDED.contains(&table.as_str()) {
            continue;
        }
        write.prepare(&place, Some(&server), number).await;
        let lock = other.begin().await.expect("there is a session");
        let sql = format!("SET LOCAL statement_timeout = 0; LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE");
        lock.execute_unprepared(&sql).await.expect("nobody else has it");
        let answer = write.run(&place, Some(&server), number).await;
        lock.rollback().await.expect("it ends");
        if answer == Answer::Refused {
            refused.entry(write.to_string()).or_default().push(table);
        }
        answers.push((write, number, answer));
        let next = write.run(&place, Some(&server), number + 1).await;
        assert_eq!(next, Answer::Acknowledged, "{write} works once {table} is free");
        if write != Write::Publication {
            answers.push((write, number + 1, next));
        }
    }
    server.stop();
    for write in WRITES {
        let tables = refused.get(&write.to_string()).unwrap_or_else(|| panic!("{write} waited for no table"));
        println!("PostgreSQL, {write}, statement_timeout: {} writes refused at {}", tables.len(), tables.join(", "));
    }
    place.run(&["check"]);
    expect(&place, &answers).await;
}

async fn tables(database: &DatabaseConnection) -> Vec<String> {
    let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";
    let rows = database.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.expect("it answers");
    rows.iter().map(|row| row.try_get_by_index(0).expect("it is a name")).collect()
}

//! Errors of PostgreSQL that other settings or rights solve.

use std::fs;
use std::time::Instant;

use sea_orm::ConnectionTrait;

use crate::fault::postgres::{administrator, cluster, create_database};

use super::{PATIENCE, assert_code, folder, run, stderr};

#[tokio::test]
async fn missing_rights_are_reported_with_the_remedy() {
    let Some(cluster) = cluster() else { return };
    let folder = folder();
    let (new, catalog) = (create_database(cluster, "").await, create_database(cluster, "").await);
    assert_code(&run(folder.path(), &["migrate", "up", "--database-url", &cluster.url(&catalog)]), 0);
    let role = "CREATE ROLE stranger LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC";
    administrator(cluster, &new).await.execute_unprepared(role).await.expect("it can be done");
    let url_of_stranger = |database: &str| cluster.url(database).replace("syllabus@", "stranger@");
    let read_only = format!("{}&options=-c%20default_transaction_read_only%3Don", cluster.url(&new));
    let unreadable = "the server says: permission denied for table seaql_migrations";
    let right = "use a role that owns the database and its tables, or grant this role CREATE on the schema and all \
                 privileges on the tables";
    let primary = "the URL must lead to a server that accepts writes, not to a standby";
    let cases: [(&[&str], String, &str, &str); 5] = [
        (&["migrate", "up"], url_of_stranger(&new), "the server says: permission denied for schema public", right),
        (&["migrate", "status"], url_of_stranger(&catalog), unreadable, right),
        (&["export"], url_of_stranger(&catalog), unreadable, right),
        (&["serve", "--listen", "127.0.0.1:0"], url_of_stranger(&catalog), unreadable, right),
        (&["migrate", "up"], read_only, "in a read-only transaction", primary),
    ];
    for (arguments, url, problem, remedy) in cases {
        let refused = run(folder.path(), &[arguments, &["--database-url", url.as_str()]].concat());
        assert_code(&refused, 1);
        let said = stderr(&refused);
        assert!(said.ends_with(&format!("{problem}: {remedy}\n")), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn wrong_passwords_are_reported_with_the_setting() {
    let Some(cluster) = cluster() else { return };
    let folder = folder();
    let rules = cluster.directory().join("data/pg_hba.conf");
    let former = fs::read_to_string(&rules).expect("it can be read");
    fs::write(&rules, format!("local all locked scram-sha-256\n{former}")).expect("the disk has space");
    let connection = administrator(cluster, "postgres").await;
    for statement in ["CREATE ROLE locked LOGIN PASSWORD 'hunter2'", "SELECT pg_reload_conf()"] {
        connection.execute_unprepared(statement).await.expect("it can be done");
    }
    for user in ["locked", "locked:wrong"] {
        let url = cluster.url("postgres").replace("syllabus@", &format!("{user}@"));
        let begin = Instant::now();
        let refused = loop {
            let output = run(folder.path(), &["migrate", "status", "--database-url", &url]);
            if !output.status.success() {
                break output;
            }
            assert!(begin.elapsed() < PATIENCE, "the server does not read its rules");
        };
        assert_code(&refused, 1);
        let reason = "the server says: password authentication failed for user \"locked\": \
                      correct the user and the password in database.url\n";
        assert!(stderr(&refused).ends_with(reason), "{user}: {}", stderr(&refused));
    }
}

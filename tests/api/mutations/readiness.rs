//! `/readyz` and `/readyz/writes` while writes fail.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use syllabus::db::{Database, DatabaseUrl, Engine, SchemaState, Sql};
use syllabus::service::write;
use tokio::time::{sleep, timeout};
use url::Url;

use crate::common::{Store, TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send, user_errors};

async fn readiness(app: &TestApp) -> [(u16, Value); 2] {
    [app.get("/readyz").await, app.get("/readyz/writes").await]
}

fn ready() -> [(u16, Value); 2] {
    [(200, json!({ "status": "ok" })), (200, json!({ "status": "ok" }))]
}

/// Makes the database read-only for new connections, or reverts that, and ends all connections.
async fn make_read_only(store: &Store, is_read_only: bool) {
    let url: DatabaseUrl = store.url().parse().expect("it is an address");
    let other = Database::connect(&url).await.expect("it can be read all the same");
    let switch = if is_read_only { "on" } else { "off" };
    let run = async |sql: String| other.writer().execute_unprepared(&sql).await.expect("it can be done");
    run(format!(
        "BEGIN READ WRITE; \
         DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {switch}', current_database()); END $$; \
         COMMIT"
    ))
    .await;
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    run(others.to_owned()).await;
}

#[test]
fn read_only_databases_are_not_ready_for_writes() {
    on_each_engine(async |store| {
        // A file of SQLite does not become read-only while it is open. tests/process/crash has a full disk instead.
        if store.database.engine() == Engine::Sqlite {
            return;
        }
        let app = editor_app(store).await;
        assert_eq!(readiness(&app).await, ready());
        make_read_only(store, true).await;
        let answer = send(&app, "topicCreate", json!({ "title": "Refused" }), "topic { id }").await;
        assert!(answer.body["errors"][0].is_object(), "{:#}", answer.body);
        let [reads, writes] = readiness(&app).await;
        assert_eq!(reads, (200, json!({ "status": "ok", "writes": "failing" })));
        assert_eq!(writes.0, 503, "{}", writes.1);
        make_read_only(store, false).await;
        accepted(&send(&app, "topicCreate", json!({ "title": "Taken" }), "topic { id }").await, "topicCreate");
        assert_eq!(readiness(&app).await, ready());
    });
}

/// Runs a migration of a later version, which adds a table and a column.
async fn run_newer_migration(store: &Store) {
    for statement in [
        "CREATE TABLE newer (id INTEGER NOT NULL PRIMARY KEY)",
        "ALTER TABLE item ADD COLUMN newer INTEGER NOT NULL DEFAULT 7",
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20990101_000001_newer', 1)",
    ] {
        store.database.writer().execute_unprepared(statement).await.expect("it can be done");
    }
}

#[test]
fn servers_use_a_newer_schema_that_allows_it() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        run_newer_migration(store).await;
        assert_eq!(readiness(&app).await, ready());
        accepted(
            &send(&app, "topicCreate", json!({ "title": "During an upgrade" }), "topic { id }").await,
            "topicCreate",
        );
        // A server of this version can start, too, and runs no migration.
        let other = store.second_handle().await;
        assert_eq!(other.schema_state().await.expect("it can be read"), SchemaState::Current);
        let direct = Database::connect_directly(&store.options()).await.expect("it can be reached");
        direct.migrate_up().await.expect("there is nothing to do");
        let applied = "SELECT COUNT(*) FROM seaql_migrations WHERE version = 'm20990101_000001_newer'";
        assert_eq!(count(&store.database, applied).await, 1);
    });
}

#[test]
fn servers_of_an_older_version_are_not_ready_and_name_the_reason() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        run_newer_migration(store).await;
        let incompatible = "UPDATE schema_compatibility SET oldest_migration = 'm20990101_000001_newer'";
        store.database.writer().execute_unprepared(incompatible).await.expect("it can be done");
        let reason = "the schema of the database is newer than this server";
        let unready = (503, json!({ "status": "unavailable", "reason": reason }));
        assert_eq!(readiness(&app).await, [unready.clone(), unready]);
    });
}

#[test]
fn user_errors_and_conflicts_do_not_affect_readiness() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let stale = json!({ "id": "topic_tpcdb2", "expectedRevision": 7, "title": "Data" });
        let answer = send(&app, "topicUpdate", stale, "topic { id }").await;
        assert_eq!(user_errors(&answer, "topicUpdate").len(), 1, "{:#}", answer.body);
        assert_eq!(readiness(&app).await, ready());
        // Such a transaction may be idle for longer than the mutation waits.
        let other = write::begin_long(&app.database).await.expect("no other write is running");
        let answer = send(&app, "topicCreate", json!({ "title": "Waits" }), "topic { id }").await;
        assert_eq!(answer.error()["extensions"]["code"], "SERVICE_UNAVAILABLE", "{:#}", answer.body);
        assert_eq!(readiness(&app).await, ready());
        other.rollback().await.expect("it was open");
    });
}

#[test]
fn lost_connections_do_not_affect_readiness() {
    on_each_engine(async |store| {
        if store.database.engine() == Engine::Sqlite {
            return;
        }
        let app = editor_app(store).await;
        let other = write::begin(&store.second_handle().await).await.expect("nobody else writes");
        let ended = async {
            let end = "SELECT CAST(COUNT(pg_terminate_backend(pid)) AS bigint) FROM pg_stat_activity \
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while count(&store.database, end).await == 0 {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let (answer, ended) = tokio::join!(
            send(&app, "topicCreate", json!({ "title": "Lost" }), "topic { id }"),
            timeout(Duration::from_secs(20), ended),
        );
        ended.expect("the mutation waits for the other");
        assert!(answer.body["errors"][0].is_object(), "{:#}", answer.body);
        assert_eq!(readiness(&app).await, ready());
        other.rollback().await.expect("it was open");
    });
}

#[test]
fn unreachable_databases_are_not_ready_for_writes() {
    on_each_engine(async |store| {
        if store.database.engine() == Engine::Sqlite {
            return;
        }
        let administrator = store.database.writer();
        let run = async |sql: &str| administrator.execute_unprepared(sql).await.expect("it can be done");
        run("CREATE ROLE limited LOGIN; GRANT SELECT, UPDATE ON write_probe TO limited").await;
        let mut url = Url::parse(&store.url()).expect("it is an address");
        url.set_username("limited").expect("it has a host");
        let url: DatabaseUrl = url.as_str().parse().expect("it is an address");
        let database = Database::connect(&url).await.expect("it may connect yet");
        assert!(!database.write_health().are_failing());
        // PostgreSQL rejects further connections, as during its start.
        run("ALTER ROLE limited CONNECTION LIMIT 0").await;
        run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'limited'").await;
        let refused = database.begin().await.err();
        assert!(matches!(refused, Some(DbErr::ConnectionAcquire(_))), "{refused:?}");
        assert!(database.write_health().are_failing());
        run("ALTER ROLE limited CONNECTION LIMIT -1").await;
        database.probe_writes().await.expect("it can connect again");
        assert!(!database.write_health().are_failing());
        let left = "SELECT CAST(SUM(LENGTH(padding)) AS bigint) FROM write_probe";
        assert_eq!(count(&store.database, left).await, 0);
        database.close().await.expect("it can be left");
        run("DROP OWNED BY limited; DROP ROLE limited").await;
    });
}

async fn count(database: &Database, sql: &str) -> i64 {
    let rows = database.rows(Sql::new(Engine::Postgres, sql)).await.expect("it answers");
    rows[0].columns().read_next().expect("it is a number")
}

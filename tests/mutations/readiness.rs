//! `/readyz` and `/readyz/writes` while writes fail.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use syllabus::db::{Database, DatabaseUrl, Engine};
use syllabus::service::write;

use crate::common::{Store, TestApp, on_each_engine};
use crate::desk::{desk, refusals, send, written};

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
fn writes_to_a_read_only_database_are_failing_until_it_can_be_written() {
    on_each_engine(async |store| {
        // A file of SQLite does not become read-only while it is open. tests/crash has a full disk instead.
        if store.database.engine() == Engine::Sqlite {
            return;
        }
        let app = desk(store).await;
        assert_eq!(readiness(&app).await, ready());
        make_read_only(store, true).await;
        let answer = send(&app, "topicCreate", json!({ "title": "Refused" }), "topic { id }").await;
        assert!(answer.body["errors"][0].is_object(), "{:#}", answer.body);
        let [reads, writes] = readiness(&app).await;
        assert_eq!(reads, (200, json!({ "status": "ok", "writes": "failing" })));
        assert_eq!(writes.0, 503, "{}", writes.1);
        make_read_only(store, false).await;
        written(&send(&app, "topicCreate", json!({ "title": "Taken" }), "topic { id }").await, "topicCreate");
        assert_eq!(readiness(&app).await, ready());
    });
}

#[test]
fn what_a_caller_got_wrong_and_conflicts_say_nothing_about_the_next_write() {
    on_each_engine(async |store| {
        let app = desk(store).await;
        let stale = json!({ "id": "topic_tpcdb2", "expectedRevision": 7, "title": "Data" });
        let answer = send(&app, "topicUpdate", stale, "topic { id }").await;
        assert_eq!(refusals(&answer, "topicUpdate").len(), 1, "{:#}", answer.body);
        assert_eq!(readiness(&app).await, ready());
        let other = write::begin(&app.database).await.expect("it is nobody's turn");
        let answer = send(&app, "topicCreate", json!({ "title": "Waits" }), "topic { id }").await;
        assert_eq!(answer.error()["extensions"]["code"], "SERVICE_UNAVAILABLE", "{:#}", answer.body);
        assert_eq!(readiness(&app).await, ready());
        other.rollback().await.expect("it was open");
    });
}

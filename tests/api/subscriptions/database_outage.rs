//! A temporary outage of the database.

use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use syllabus::db::Engine;

use crate::common::{Store, on_each_engine};
use crate::subscriptions::catalog::{self, Editor};
use crate::subscriptions::site::{PATIENCE, Site};
use crate::subscriptions::sse_client::Events;

const SUBSCRIPTION: &str = "subscription { catalogChanged { nodeId node { ... on Book { subtitle } } } }";

/// Ends every connection to the database, as a restart of PostgreSQL does.
async fn drop_connections(store: &Store) {
    // SQLite runs in this process: there is no connection to lose.
    if store.database.engine() == Engine::Postgres {
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        store.second_handle().await.writer().execute_unprepared(kill).await.expect("they can be ended");
    }
}

/// Changes a book, and retries until it succeeds.
async fn change_at_last(site: &Site, editor: &Editor<'_>, subtitle: &str) {
    let input = json!({ "input": { "id": "book_bkkgr2", "subtitle": subtitle } });
    let query = "mutation($input: BookUpdateInput!) { bookUpdate(input: $input) { userErrors { message } } }";
    let body = json!({ "query": query, "variables": input });
    let begun = Instant::now();
    loop {
        let response = site.post(&[("authorization", editor.bearer.as_str())], &body).await;
        let answer: Value = response.json().await.expect("it is JSON");
        if answer.get("errors").is_none() {
            assert_eq!(answer["data"]["bookUpdate"]["userErrors"], json!([]));
            return;
        }
        assert_eq!(answer["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE", "{answer}");
        assert!(begun.elapsed() < PATIENCE, "the database is back, and the server is not: {answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn subscriptions_resume_after_a_database_outage() {
    on_each_engine(async |store| {
        let one = catalog::open(store).await;
        let other = Site::start(&store.second_handle().await).await;
        let editor = Editor::of(&one).await;
        let mut here = Events::open(&one, &[], SUBSCRIPTION).await;
        let mut there = Events::open(&other, &[], SUBSCRIPTION).await;
        for round in ["first", "second"] {
            drop_connections(store).await;
            change_at_last(&one, &editor, round).await;
            let change = json!({ "nodeId": "book_bkkgr2", "node": { "subtitle": round } });
            for events in [&mut here, &mut there] {
                assert_eq!(events.next().await["data"]["catalogChanged"], change, "{round}");
            }
        }
    });
}

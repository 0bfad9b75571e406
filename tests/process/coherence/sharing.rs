//! Concurrent requests combine their common statements.

use std::sync::Arc;

use serde_json::{Value, json};
use syllabus::db::ConnectOptions;

use crate::coherence::server::Server;
use crate::common::on_each_engine;

/// The number of concurrent requests.
const MANY: usize = 24;

fn page(slug: &str) -> Value {
    let query = "query ($slug: String!) { career(by: { slug: $slug }) { title readingList { entries(first: 9) { nodes { \
        note resource { title ... on Book { authors { name } publisher { name } } ... on Course { provider { name } } } } } } } }";
    json!({ "query": query, "variables": { "slug": slug } })
}

/// Starts a server with some careers, and returns a query of each.
async fn server_and_pages(options: ConnectOptions) -> (Arc<Server>, Vec<Value>) {
    let server = Arc::new(Server::over(options).await);
    server.fill(0.005).await;
    let careers = server.ask(&json!({ "query": "{ careers(first: 100) { nodes { slug } } }" }), "no-cache").await;
    let careers = careers["data"]["careers"]["nodes"].as_array().expect("it is a list").clone();
    let slug = |career: &Value| career["slug"].as_str().expect("it is a slug").to_owned();
    let pages: Vec<Value> = careers.iter().map(|career| page(&slug(career))).collect();
    assert!(pages.len() >= 8, "{} careers are too few", pages.len());
    (server, pages)
}

#[test]
fn concurrent_equal_requests_combine_statements() {
    on_each_engine(async |store| {
        let (server, pages) = server_and_pages(store.options()).await;
        let (mut alone, before) = (Vec::new(), server.statements());
        for number in 0..MANY {
            alone.push(server.ask_plainly(&pages[number % pages.len()]).await);
        }
        let one_by_one = server.statements() - before;
        let before = server.statements();
        let asked = (0..MANY).map(|number| {
            let (server, page) = (server.clone(), pages[number % pages.len()].clone());
            tokio::spawn(async move { server.ask_plainly(&page).await })
        });
        let asked: Vec<_> = asked.collect();
        for (number, asked) in asked.into_iter().enumerate() {
            assert_eq!(asked.await.expect("it is answered"), alone[number]);
        }
        let at_once = server.statements() - before;
        assert!(at_once <= one_by_one, "{at_once} statements at once, {one_by_one} one by one");
    });
}

#[test]
fn disconnected_clients_do_not_affect_shared_statements() {
    on_each_engine(async |store| {
        let (server, pages) = server_and_pages(store.options()).await;
        for round in 0..8 {
            let asked = (0..MANY).map(|number| {
                let (server, page) = (server.clone(), pages[number % pages.len()].clone());
                tokio::spawn(async move { server.ask_plainly(&page).await })
            });
            let asked: Vec<_> = asked.collect();
            // Some of them have started a batch that others wait for, some wait themselves, some have not started.
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            for (number, asked) in asked.into_iter().enumerate() {
                if number % 2 == 0 {
                    asked.abort();
                } else {
                    let page = &pages[number % pages.len()];
                    assert_eq!(asked.await.expect("it is answered"), server.ask_plainly(page).await);
                }
            }
        }
    });
}

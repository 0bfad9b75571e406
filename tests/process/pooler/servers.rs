//! Servers behind a pooler.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use syllabus::cli::DEMO_CATALOG;
use tokio::time::sleep;
use url::form_urlencoded;

use super::{CLIENTS, CONNECTIONS, Pooled, documented};
use crate::command::succeed;
use crate::crash::server::{SERVE, Server};
use crate::editing::{create_topic, rename_topic, text};
use crate::event_stream::EventStream;
use crate::fault::postgres::create_database;
use crate::wait::until;

/// How long a test waits for an expected result.
const PATIENCE: Duration = Duration::from_secs(20);
/// The number of requests of each client.
const ROUNDS: usize = 10;

/// Returns a database with the demo catalog, and the token of an editor.
async fn with_demo() -> Option<(Pooled, String)> {
    let pooled = Pooled::start("").await?;
    let file = pooled.file("demo.jsonl", DEMO_CATALOG).display().to_string();
    succeed(&mut pooled.command(&["import", &file, "--auto-migrate"]));
    let (token, _) = succeed(&mut pooled.command(&["token", "create", "--name", "ada", "--role", "editor"]));
    let token = token.trim().to_owned();
    Some((pooled, token))
}

/// Returns the title of a topic, as the server shows it to anonymous clients.
async fn public_title(server: &Server, id: &str) -> String {
    let query = format!("{{ node(id: \"{id}\") {{ ... on Topic {{ title }} }} }}");
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("query", &query).finish();
    let (status, response) = server.get(&format!("/graphql?{query}")).await;
    assert_eq!(status, 200, "{response}");
    text(&response["data"]["node"]["title"])
}

/// Returns whether a search finds the topic, once the search index is built.
async fn finds(server: &Server, title: &str) -> bool {
    let query = "query ($query: String!) { topics(query: $query) { nodes { title } } }";
    let begin = Instant::now();
    loop {
        let response = server.answer(query, json!({ "query": title })).await.expect("the server is there");
        if let Some(nodes) = response["data"]["topics"]["nodes"].as_array() {
            return nodes.iter().any(|node| node["title"] == title);
        }
        assert!(begin.elapsed() < PATIENCE, "{response}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_get_their_own_objects() {
    let Some((pooled, token)) = with_demo().await else { return };
    let uncached = [&SERVE[..], &["--cache-responses", "0", "--cache-objects", "0"]].concat();
    let server = std::sync::Arc::new(Server::started_by(&mut pooled.polling_command(&uncached), &token));
    let found = "{ books(first: 100) { nodes { id title authors { name } } } }";
    let found = server.ask(found, json!({})).await.expect("the server is there");
    let books = found["books"]["nodes"].as_array().expect("it is a list").clone();
    assert!(books.len() >= CLIENTS, "{} books are too few", books.len());
    let read = |book: Value| {
        let server = server.clone();
        tokio::spawn(async move {
            let query = "query ($id: ID!) { node(id: $id) { ... on Book { id title authors { name } } } }";
            for _ in 0..ROUNDS {
                let data = server.ask(query, json!({ "id": book["id"] })).await.expect("the server is there");
                assert_eq!(data["node"], book);
            }
        })
    };
    let readers: Vec<_> = books.into_iter().take(CLIENTS).map(read).collect();
    for number in 0..ROUNDS {
        let title = format!("Pooling {number}");
        create_topic(&server, &title).await;
        assert!(finds(&server, &title).await, "a search finds {title}");
    }
    for reader in readers {
        reader.await.expect("every response is right");
    }
    let connections = pooled.count_connections("TRUE").await;
    assert!(connections <= i64::from(CONNECTIONS), "{connections} connections");
}

#[tokio::test]
async fn changes_of_other_servers_are_polled_without_a_direct_url() {
    let Some((pooled, token)) = with_demo().await else { return };
    let serve = || Server::started_by(&mut pooled.polling_command(&SERVE), &token);
    let (here, there) = (serve(), serve());
    let id = create_topic(&here, "Pooling").await;
    let mut events = EventStream::open(&there).await;
    for title in ["Connections", "Sessions", "Transactions"] {
        // The other server caches the response before.
        public_title(&there, &id).await;
        rename_topic(&here, &id, title).await;
        let begin = Instant::now();
        while public_title(&there, &id).await != title {
            assert!(begin.elapsed() < PATIENCE, "the other server does not notice the change");
        }
        events.wait_for(title).await;
        assert!(finds(&there, title).await);
    }
    assert_eq!(pooled.count_connections("query LIKE 'LISTEN%'").await, 0);
}

#[tokio::test]
async fn changes_of_other_servers_are_notified_through_the_direct_url() {
    let Some((pooled, token)) = with_demo().await else { return };
    let serve = || Server::started_by(&mut pooled.command(&SERVE), &token);
    let (here, there) = (serve(), serve());
    let begin = Instant::now();
    while pooled.count_connections("query LIKE 'LISTEN%'").await < 2 {
        assert!(begin.elapsed() < PATIENCE, "the servers do not listen");
    }
    let mut events = EventStream::open(&there).await;
    let id = create_topic(&here, "Pooling").await;
    events.wait_for("Pooling").await;
    assert_eq!(public_title(&there, &id).await, "Pooling");
}

#[tokio::test]
async fn servers_with_an_unusable_direct_url_poll_and_log_the_reason() {
    let Some((pooled, token)) = with_demo().await else { return };
    let other = pooled.cluster.url(&create_database(pooled.cluster, "").await);
    for (direct_url, reason) in [
        ("postgres://u@127.0.0.1:1/catalog", "connection refused"),
        (&other, "it is a different database from that of database.url"),
    ] {
        let configuration = documented(&pooled.url(), Some(direct_url));
        let server = Server::started_by(&mut pooled.command_with(&SERVE, &configuration), &token);
        let failed = "LISTEN through database.direct-url failed, falling back to polling";
        until("it logs the setting", async || server.logged(failed) == 1).await;
        assert_eq!(server.logged(reason), 1);
        create_topic(&server, reason).await;
    }
}

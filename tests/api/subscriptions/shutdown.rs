//! Open connections when the server shuts down.

use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Version};
use serde_json::{Value, json};
use syllabus::auth::Role;
use syllabus::http::Stopped;
use syllabus::service::write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::certificate;
use crate::common::on_each_engine;
use crate::subscriptions::site::{PATIENCE, Site};
use crate::subscriptions::sse_client::Events;
use crate::subscriptions::websocket_client::Socket;

const HEAR: &str = "subscription { catalogChanged { occurredAt } }";

#[test]
fn subscribers_are_notified_and_do_not_delay_shutdown() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let mut idle = Socket::open(&site).await;
        let mut ready = Socket::ready(&site, Value::Null).await;
        ready.subscribe("a", HEAR).await;
        let mut closing = Socket::ready(&site, Value::Null).await;
        closing.subscribe("a", HEAR).await;
        let mut events = Events::open(&site, &[], HEAR).await;
        let start = Instant::now();
        let (stopped, idle, ready, closed, event) =
            tokio::join!(site.stop(), idle.closed(), ready.closed(), closing.close(1000), events.event());
        assert_eq!(event, None, "without a complete, so that the client comes back");
        assert_eq!(stopped, Stopped::Gracefully);
        assert_eq!((idle.0, ready.0), (1001, 1001));
        assert!(matches!(closed, Some(1000 | 1001)), "both close at once: {closed:?}");
        assert!(start.elapsed().as_secs() < 10, "the grace is for requests, not for those who listen");
    });
}

#[test]
fn executing_mutations_over_event_streams_are_answered() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let address = site.address.clone();
        let editor = site.bearer(Role::Editor).await;
        // The mutation waits for this transaction.
        let transaction = write::begin(&store.database).await.expect("no other write is running");
        let mutation = json!({ "query": "mutation { topicCreate(input: { title: \"A\" }) { topic { title } } }" });
        let request = Client::new().post(format!("http://{address}/graphql")).body(mutation.to_string());
        let request = request.header(CONTENT_TYPE, "application/json").header(ACCEPT, "text/event-stream");
        let executing = tokio::spawn(request.header(AUTHORIZATION, editor).send());
        until_executing(&address).await;
        let stopping = tokio::spawn(site.stop());
        while TcpStream::connect(&address).await.is_ok() {}
        transaction.rollback().await.expect("it is open");
        let response = executing.await.expect("it does not panic").expect("there is an answer");
        let events = response.text().await.expect("the stream is whole");
        assert!(
            events.contains("event: next\ndata: {\"data\":{\"topicCreate\":{\"topic\":{\"title\":\"A\"}}}"),
            "{events}"
        );
        assert!(events.contains("event: complete\n"), "{events}");
        assert_eq!(stopping.await.expect("it does not panic"), Stopped::Gracefully);
    });
}

/// Waits until the server executes a request.
async fn until_executing(address: &str) {
    let begin = Instant::now();
    loop {
        let metrics = reqwest::get(format!("http://{address}/metrics")).await.expect("there is an answer");
        if metrics.text().await.expect("it is text").contains("syllabus_executing_requests 1\n") {
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "the request is not executed");
    }
}

#[test]
fn http2_connections_end_with_their_streams() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await.over_http2();
        let mut first = Events::open(&site, &[], HEAR).await;
        let mut second = Events::open(&site, &[], HEAR).await;
        let answer = site.post(&[], &json!({ "query": "{ __typename }" })).await;
        assert_eq!(answer.version(), Version::HTTP_2);
        let start = Instant::now();
        let (stopped, first, second) = tokio::join!(site.stop(), first.event(), second.event());
        assert_eq!((stopped, first, second), (Stopped::Gracefully, None, None));
        assert!(start.elapsed().as_secs() < 10, "an idle connection holds nothing up");
    });
}

/// Opens a connection, sends a message, and reads until this text arrives.
async fn connection(site: &Site, sent: &[u8], until: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(&site.address).await.expect("it listens");
    socket.write_all(sent).await.expect("it is taken");
    let mut answer = Vec::new();
    while !answer.windows(until.len()).any(|part| part == until) {
        assert_ne!(socket.read_buf(&mut answer).await.expect("it is open"), 0, "it goes on until then");
    }
    socket
}

/// Stops a server that has a silent client.
async fn stop_soon(site: Site) {
    let start = Instant::now();
    assert_eq!(site.stop().await, Stopped::Gracefully);
    assert!(start.elapsed() < Duration::from_secs(6), "the grace is for requests: {:?}", start.elapsed());
}

#[test]
fn unresponsive_http2_clients_do_not_delay_shutdown() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let settings = b"\0\0\0\x04\0\0\0\0\0";
        let acknowledged = b"\0\0\0\x04\x01\0\0\0\0";
        let opening = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), settings, acknowledged].concat();
        let _silent = connection(&site, &opening, acknowledged).await;
        stop_soon(site).await;
    });
}

#[test]
fn partial_request_heads_do_not_delay_shutdown() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let requests = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost:";
        let _silent = connection(&site, requests, b"HTTP/1.1 200 ").await;
        stop_soon(site).await;
    });
}

#[test]
fn pending_tls_handshakes_do_not_delay_shutdown() {
    on_each_engine(async |store| {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (files, _) = certificate::create(folder.path());
        let site = Site::with(&store.database, |settings| settings.server.tls = Some(files)).await;
        let _silent = TcpStream::connect(&site.address).await.expect("it listens");
        // Connections are accepted in their order: when this one has an alert, the silent one is accepted.
        connection(&site, b"GET / HTTP/1.1\r\n\r\n", b"\x15\x03").await;
        stop_soon(site).await;
    });
}

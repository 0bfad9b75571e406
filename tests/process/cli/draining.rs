//! `drain-delay`: the time between the signal to stop and the end of the listener.

use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::{PATIENCE, Serving, folder, syllabus};

/// Starts a server of the demo catalog with this delay.
fn serving(delay: &str) -> Serving {
    Serving::start(syllabus(folder().path(), &["serve", "--demo", "--listen", "127.0.0.1:0", "--drain-delay", delay]))
}

/// Fetches a path on a new connection.
async fn get(server: &Serving, path: &str) -> Response {
    let client = Client::builder().pool_max_idle_per_host(0).build().expect("there is a client");
    client.get(format!("http://{}{path}", server.address)).send().await.expect("the server accepts connections")
}

/// Waits until the server is not ready, and returns what it answers.
async fn until_draining(server: &Serving) -> Value {
    let begin = Instant::now();
    loop {
        let response = get(server, "/readyz").await;
        if response.status() == 503 {
            return response.json().await.expect("it is JSON");
        }
        assert!(begin.elapsed() < PATIENCE, "the server stays ready");
    }
}

#[tokio::test]
async fn draining_servers_serve_requests_and_are_not_ready() {
    let delay = Duration::from_secs(3);
    let server = serving("3s");
    assert_eq!(get(&server, "/readyz").await.status(), 200);
    let stopped = Instant::now();
    server.terminate();
    let unready = json!({ "status": "unavailable", "reason": "the server is draining before it stops" });
    assert_eq!(until_draining(&server).await, unready);
    assert_eq!(get(&server, "/readyz/writes").await.status(), 503);
    assert_eq!(get(&server, "/healthz").await.status(), 200);
    let response = get(&server, "/graphql?query=%7B__typename%7D").await;
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.expect("it is JSON");
    assert_eq!(body, json!({ "data": { "__typename": "Query" } }));
    assert!(stopped.elapsed() < delay, "the requests took longer than the delay");
    let (code, log) = server.end();
    assert_eq!(code, Some(0), "{log}");
    assert!(stopped.elapsed() >= delay, "{:?}", stopped.elapsed());
    assert!(log.contains("draining: /readyz returns 503 while requests are served delay_ms=3000"), "{log}");
}

#[tokio::test]
async fn a_second_signal_ends_the_drain_delay() {
    let server = serving("10m");
    server.terminate();
    until_draining(&server).await;
    let begin = Instant::now();
    server.terminate();
    let (code, log) = server.end();
    assert_eq!(code, Some(1), "{log}");
    assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
}

//! `drain-delay`: the time between the signal to stop and the end of the listener.

use std::ffi::OsStr;
use std::fs;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::{PATIENCE, Serving, folder, syllabus};
use crate::common::daemon::{Daemon, free_port, program};
use crate::common::recipe::{block, replace_line};

/// The page with the file of HAProxy.
const PAGE: &str = include_str!("../../../docs/operations/deployment.md");

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

/// HAProxy, with the documented file, in front of two servers of which one stops.
#[tokio::test]
async fn requests_through_haproxy_succeed_while_a_server_drains_and_stops() {
    let Some(haproxy) = program("haproxy") else {
        let missing = "HAProxy was NOT tested: there is no haproxy, neither in PATH nor in /usr/sbin.";
        assert!(!std::env::var("SYLLABUS_REQUIRE_PATRONI").is_ok_and(|value| value == "1"), "{missing}");
        eprintln!("{missing}");
        return;
    };
    let [one, two] = ["8s", "8s"].map(serving);
    let address = format!("127.0.0.1:{}", free_port());
    let mut configuration = block(PAGE, "haproxy.cfg").to_owned();
    // It runs as the user of the test.
    let global = "global\n    user haproxy\n    group haproxy\n";
    assert!(configuration.starts_with(global));
    configuration.drain(..global.len());
    replace_line(&mut configuration, "bind :443", &format!("    bind {address}"));
    for (name, server) in [("one", &one), ("two", &two)] {
        replace_line(&mut configuration, &format!("server {name} "), &format!("    server {name} {}", server.address));
    }
    let folder = folder();
    let [file, log] = ["haproxy.cfg", "haproxy.log"].map(|name| folder.path().join(name));
    fs::write(&file, configuration).expect("the disk has space");
    let command = [haproxy.as_os_str(), OsStr::new("-db"), OsStr::new("-f"), file.as_os_str()];
    let _haproxy = Daemon::start(command, &log, || TcpStream::connect(&address).is_ok());
    let client = Client::new();
    let status = async |path: &str| {
        let response = client.get(format!("http://{address}{path}")).send().await;
        response.expect("HAProxy responds").status().as_u16()
    };
    for path in ["/metrics", "/readyz/writes"] {
        assert_eq!(status(path).await, 404, "{path}");
    }
    let query = "/graphql?query=%7B__typename%7D";
    for _ in 0..20 {
        assert_eq!(status(query).await, 200);
    }
    let is_used = async |server: &Serving| {
        let metrics = get(server, "/metrics").await.text().await.expect("it is a text");
        metrics.contains("syllabus_graphql_requests_total{")
    };
    let (is_one, is_two) = (is_used(&one).await, is_used(&two).await);
    assert!(is_one != is_two, "a client stays with one server");
    let used = if is_one { one } else { two };
    used.terminate();
    let stopped = tokio::task::spawn_blocking(|| used.end());
    while !stopped.is_finished() {
        assert_eq!(status(query).await, 200);
    }
    let (code, log) = stopped.await.expect("nothing panics");
    assert_eq!(code, Some(0), "{log}");
    for _ in 0..20 {
        assert_eq!(status(query).await, 200);
    }
}

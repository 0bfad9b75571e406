//! Varnish in front of a server.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{documented, editor, metric, query_of, serve, serve_with, settled, unpurged};
use crate::command::run;
use crate::common::varnish::{StoppedVarnish, Varnish};
use crate::common::{Store, on_each_engine};
use crate::crash::server::Server;
use crate::editing::{create_topic, rename_topic, text};
use crate::wait::until;

/// A response of Varnish.
struct Served {
    status: u16,
    body: String,
    /// Whether it was stored before.
    is_hit: bool,
}

async fn served(request: RequestBuilder) -> Served {
    let response = request.send().await.expect("Varnish is there");
    let header = |name: &str| response.headers().get(name).map_or("", |value| value.to_str().expect("it is ASCII"));
    for internal in ["surrogate-key", "cache-tag", "xkey"] {
        assert_eq!(header(internal), "", "clients see no tags");
    }
    // The second number is the request that stored the response.
    let is_hit = header("x-varnish").contains(' ');
    Served { status: response.status().as_u16(), is_hit, body: response.text().await.expect("it ends") }
}

async fn get(varnish: &Varnish, path: &str) -> Served {
    served(Client::new().get(varnish.url(path))).await
}

/// Stores the response at a path, and returns it.
async fn store_response(varnish: &Varnish, path: &str) -> Served {
    get(varnish, path).await;
    let stored = get(varnish, path).await;
    assert!(stored.is_hit, "{path} is stored");
    stored
}

/// Starts a server and a Varnish in front of it; `None`, with a message, if Varnish is not installed.
async fn start(store: &Store) -> Option<(Server, Varnish)> {
    let stopped = StoppedVarnish::find()?;
    let settings = documented("Varnish", "/", &stopped.purge_url());
    let settings = settings.path().display().to_string();
    let server = serve_with(&store.server_url(), &editor(&store.url()), &["--config", &settings]);
    let varnish = stopped.start(server.address());
    settled(store).await;
    Some((server, varnish))
}

/// Waits until a change is purged for the first time. `before` is the number of purges before it.
async fn purged_once(server: &Server, before: f64) {
    until("the change is purged", async || {
        metric(server, "purges_total").await > before && unpurged(server).await < 0.5
    })
    .await;
}

#[test]
fn a_purge_removes_the_responses_that_the_change_affects_and_no_others() {
    on_each_engine(async |store| {
        let Some((server, varnish)) = start(store).await else { return };
        let (id, other) = (create_topic(&server, "Algebra").await, create_topic(&server, "Botany").await);
        settled(store).await;
        let path = format!("{{ node(id: \"{id}\") {{ ... on Topic {{ path }} }} }}");
        let path = server.ask(&path, Value::Null).await.expect("the server is there")["node"]["path"].clone();
        let affected = [
            query_of(&id),
            text(&path),
            "/topics".to_owned(),
            "/graphql?query={topics{totalCount nodes{title}}}".to_owned(),
        ];
        let unaffected = [query_of(&other), "/graphql?query={books{totalCount}}".to_owned()];
        for path in &affected {
            assert!(store_response(&varnish, path).await.body.contains("Algebra"), "{path}");
        }
        for path in &unaffected {
            store_response(&varnish, path).await;
        }
        let before = metric(&server, "purges_total").await;
        rename_topic(&server, &id, "Geometry").await;
        purged_once(&server, before).await;
        for path in &affected {
            let next = get(&varnish, path).await;
            assert!(next.body.contains("Geometry") && !next.body.contains("Algebra"), "{path}: {}", next.body);
            assert!(!next.is_hit, "{path}");
            store_response(&varnish, path).await;
        }
        for path in &unaffected {
            assert!(get(&varnish, path).await.is_hit, "{path}");
        }
        settled(store).await;
        for path in &affected {
            assert!(!get(&varnish, path).await.is_hit, "{path} is purged a second time");
        }
        for path in &unaffected {
            assert!(get(&varnish, path).await.is_hit, "{path}");
        }
    });
}

#[test]
fn varnish_distributes_requests_and_skips_an_unavailable_server() {
    on_each_engine(async |store| {
        let Some(stopped) = StoppedVarnish::find() else { return };
        let token = editor(&store.url());
        let [one, two] = [(); 2].map(|()| serve(&store.server_url(), &token, &stopped.purge_url()));
        let varnish = stopped.start_for_two([one.address(), two.address()]);
        let mut number = 0;
        let mut next = async || {
            number += 1;
            let path = format!("/graphql?query={{number{number}:topics{{totalCount}}}}");
            let served = get(&varnish, &path).await;
            served.status == 200 && served.body.contains("totalCount")
        };
        for server in [&one, &two] {
            until("each server gets requests", async || {
                assert!(next().await);
                server.text("/metrics").await.contains("syllabus_graphql_requests_total{")
            })
            .await;
        }
        one.kill();
        // Until the probes fail, a request can reach the stopped server.
        let mut succeeded = 0;
        until("all requests succeed", async || {
            succeeded = if next().await { succeeded + 1 } else { 0 };
            succeeded == 20
        })
        .await;
    });
}

/// A proxy that keeps idle connections longer can send a mutation on one that the server is closing.
#[test]
fn varnish_closes_idle_connections_before_the_server_does() {
    let Some(varnish) = StoppedVarnish::find() else { return };
    let help = run("sqlite::memory:", &["serve", "--help"]);
    let after = help.split_once("--http-header-timeout").expect("it is a setting").1;
    let default = after.split_once("[default: ").and_then(|(_, rest)| rest.split_once("s,")).expect("it has one").0;
    let server: f64 = default.parse().expect("it is in seconds");
    let idle = varnish.default_seconds("backend_idle_timeout");
    assert!(idle < server, "Varnish after {idle} s, the server after {server} s");
}

#[test]
fn the_page_of_an_unknown_object_is_stored_until_the_object_exists() {
    on_each_engine(async |store| {
        let Some((server, varnish)) = start(store).await else { return };
        let unknown = "/graphql?query={topic(by:{slug:%22algebra%22}){title}}";
        assert!(store_response(&varnish, unknown).await.body.contains(r#""topic":null"#));
        let page = "/topic/unkn22/algebra";
        assert_eq!(store_response(&varnish, page).await.status, 404);
        let before = metric(&server, "purges_total").await;
        create_topic(&server, "Algebra").await;
        purged_once(&server, before).await;
        until("the topic is there", async || get(&varnish, unknown).await.body.contains("Algebra")).await;
        assert!(!get(&varnish, page).await.is_hit);
    });
}

#[test]
fn varnish_does_not_store_errors_and_responses_to_one_caller() {
    on_each_engine(async |store| {
        let Some((server, varnish)) = start(store).await else { return };
        let token = editor(&store.url());
        let id = create_topic(&server, "Algebra").await;
        let client = Client::new();
        let path = query_of(&id);
        store_response(&varnish, &path).await;
        let authenticated = || client.get(varnish.url(&path)).bearer_auth(&token);
        let posted = || client.post(varnish.url("/graphql")).json(&serde_json::json!({ "query": "{ __typename }" }));
        let at_least = || client.get(varnish.url(&path)).header("catalog-version-at-least", "7:0");
        let wrong = || client.get(varnish.url("/graphql?query={nothing}"));
        let page = || client.get(varnish.url("/nothing"));
        for _ in 0..3 {
            for (request, status) in
                [(authenticated(), 200), (posted(), 200), (at_least(), 412), (wrong(), 200), (page(), 404)]
            {
                let response = served(request).await;
                assert_eq!((response.status, response.is_hit), (status, false), "{}", response.body);
            }
        }
    });
}

#[test]
fn varnish_accepts_purges_only_at_their_own_port() {
    on_each_engine(async |store| {
        let Some((server, varnish)) = start(store).await else { return };
        let path = query_of(&create_topic(&server, "Algebra").await);
        settled(store).await;
        store_response(&varnish, &path).await;
        let (client, method) = (Client::new(), Method::from_bytes(b"PURGE").expect("it is a method"));
        let purge = |url: &str, tag: &str| client.request(method.clone(), url).header("xkey-purge", tag);
        // A proxy for TLS on the same machine would send it from the same address.
        assert_eq!(served(purge(&varnish.url("/"), "catalog")).await.status, 405);
        assert_eq!(served(client.request(method.clone(), varnish.purge_url())).await.status, 400, "tags are missing");
        assert_eq!(served(purge(varnish.purge_url(), "unknown")).await.status, 200);
        assert!(get(&varnish, &path).await.is_hit);
        assert_eq!(served(purge(varnish.purge_url(), "catalog")).await.status, 200);
        assert!(!get(&varnish, &path).await.is_hit, "the tag catalog purges everything");
    });
}

/// The state of a [`SlowPath`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Open,
    /// The next response is held back.
    Closing,
    /// A response is held back.
    Closed,
}

/// A proxy that can hold back a response of the server.
struct SlowPath {
    address: String,
    gate: Arc<watch::Sender<Gate>>,
}

impl SlowPath {
    async fn start(server: &str) -> Self {
        let gate = Arc::new(watch::Sender::new(Gate::Open));
        let (server, passed) = (server.to_owned(), gate.clone());
        let router = Router::new().fallback(async move |request: Request| pass(&server, &passed, request).await);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let address = listener.local_addr().expect("it is bound").to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, gate }
    }

    async fn reached(&self, gate: Gate) {
        self.gate.subscribe().wait_for(|now| *now == gate).await.expect("the proxy runs");
    }
}

async fn pass(server: &str, gate: &watch::Sender<Gate>, request: Request) -> Response {
    let path = request.uri().to_string();
    let response = Client::new().get(format!("http://{server}{path}")).send().await.expect("the server is there");
    let mut passed = Response::builder().status(response.status());
    for name in ["cache-control", "content-type", "etag", "surrogate-key"] {
        if let Some(value) = response.headers().get(name) {
            passed = passed.header(name, value);
        }
    }
    let body = response.bytes().await.expect("it ends");
    let closes = |now: &mut Gate| {
        let is_closing = *now == Gate::Closing;
        *now = if is_closing { Gate::Closed } else { *now };
        is_closing
    };
    if path.starts_with("/graphql") && gate.send_if_modified(closes) {
        gate.subscribe().wait_for(|now| *now == Gate::Open).await.expect("the proxy runs");
    }
    passed.body(Body::from(body)).expect("it is a response")
}

#[test]
fn a_response_on_its_way_during_a_purge_is_purged_a_second_time() {
    on_each_engine(async |store| {
        let Some(stopped) = StoppedVarnish::find() else { return };
        let server = serve(&store.server_url(), &editor(&store.url()), &stopped.purge_url());
        let slow = SlowPath::start(server.address()).await;
        let varnish = Arc::new(stopped.start(&slow.address));
        let id = create_topic(&server, "Algebra").await;
        settled(store).await;
        slow.gate.send_replace(Gate::Closing);
        let (fetched, path) = (varnish.clone(), query_of(&id));
        let fetching = tokio::spawn(async move { get(&fetched, &path).await.body });
        slow.reached(Gate::Closed).await;
        let before = metric(&server, "purges_total").await;
        rename_topic(&server, &id, "Geometry").await;
        purged_once(&server, before).await;
        slow.gate.send_replace(Gate::Open);
        assert!(fetching.await.expect("nothing panics").contains("Algebra"));
        let stale = get(&varnish, &query_of(&id)).await;
        assert!(stale.is_hit && stale.body.contains("Algebra"), "it was stored after the first purge: {}", stale.body);
        settled(store).await;
        let fresh = get(&varnish, &query_of(&id)).await;
        assert!(fresh.body.contains("Geometry"), "{}", fresh.body);
    });
}

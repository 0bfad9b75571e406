//! The provider's keys are reloaded when they change, without a restart and not too often.

use std::fs;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};
use syllabus::auth::jwt::JwksSource;
use tokio::net::TcpListener;

use crate::auth::jwt::{ask, settings, setup, sign};
use crate::auth::keys::{Pair, jwks};
use crate::auth::site::Site;
use crate::common::on_each_engine;

/// A provider on its own port, which counts its requests.
struct Provider {
    url: String,
    answer: Arc<Mutex<(StatusCode, Value)>>,
    asked: Arc<AtomicUsize>,
}

impl Provider {
    async fn start(keys: &[&Pair]) -> Self {
        let answer = Arc::new(Mutex::new((StatusCode::OK, jwks(keys))));
        let asked = Arc::new(AtomicUsize::new(0));
        let (response, counted) = (answer.clone(), asked.clone());
        let handler = get(async move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let (status, keys) = response.lock().expect("nobody panics").clone();
            (status, keys.to_string())
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let url = format!("http://{}/jwks.json", listener.local_addr().expect("it is bound"));
        tokio::spawn(async { axum::serve(listener, Router::new().route("/jwks.json", handler)).await });
        Self { url, answer, asked }
    }

    fn says(&self, status: StatusCode, body: Value) {
        *self.answer.lock().expect("nobody panics") = (status, body);
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn source(&self) -> JwksSource {
        JwksSource::from_str(&self.url).expect("it is an address")
    }
}

#[test]
fn key_file_is_reloaded_without_a_restart() {
    on_each_engine(async |store| {
        let directory = tempfile::tempdir().expect("the disk has space");
        let (old, new) = (Pair::es256("old"), Pair::es256("new"));
        let site = Site::with(store, Some(setup(&directory, &[&old])));
        let path = directory.path().join("jwks.json");
        let (with_old, with_new) = (sign(&old, &site, &json!({})), sign(&new, &site, &json!({})));
        ask(&site, &with_old).await.data();

        fs::write(&path, jwks(&[&new]).to_string()).expect("it can be written");
        ask(&site, &with_new).await.assert_refused("does not publish");
        site.pass(10);
        ask(&site, &with_new).await.data();
        ask(&site, &with_old).await.assert_refused("does not publish");

        // Half a file, as a reader can see it while it is written: the known keys remain valid.
        fs::write(&path, r#"{"keys": ["#).expect("it can be written");
        site.pass(10);
        ask(&site, &with_new).await.data();
        fs::remove_file(&path).expect("it is there");
        site.pass(10);
        ask(&site, &with_new).await.data();

        // An empty set is intentional.
        fs::write(&path, r#"{"keys": []}"#).expect("it can be written");
        site.pass(10);
        ask(&site, &with_new).await.assert_refused("does not publish");
    });
}

#[test]
fn new_keys_are_fetched_on_demand_with_rate_limit() {
    on_each_engine(async |store| {
        let (old, new) = (Pair::es256("old"), Pair::ed25519("new"));
        let provider = Provider::start(&[&old]).await;
        let site = Site::with(store, Some(settings(provider.source())));
        for _ in 0..3 {
            ask(&site, &sign(&old, &site, &json!({}))).await.data();
        }
        assert_eq!(provider.asked(), 1);

        provider.says(StatusCode::OK, jwks(&[&old, &new]));
        for number in 0..20 {
            let stranger = Pair::es256(&format!("stranger-{number}"));
            ask(&site, &sign(&stranger, &site, &json!({}))).await.assert_refused("does not publish");
        }
        assert_eq!(provider.asked(), 1, "it was asked a moment ago");
        site.pass(10);
        ask(&site, &sign(&new, &site, &json!({}))).await.data();
        assert_eq!(provider.asked(), 2);

        site.pass(299);
        ask(&site, &sign(&new, &site, &json!({}))).await.data();
        assert_eq!(provider.asked(), 2, "what was read is current for five minutes");
        provider.says(StatusCode::OK, jwks(&[&new]));
        site.pass(1);
        ask(&site, &sign(&new, &site, &json!({}))).await.data();
        assert_eq!(provider.asked(), 3);
        ask(&site, &sign(&old, &site, &json!({}))).await.assert_refused("does not publish");
    });
}

#[test]
fn concurrent_requests_fetch_keys_once() {
    on_each_engine(async |store| {
        let key = Pair::es256("one");
        let provider = Provider::start(&[&key]).await;
        let site = Site::with(store, Some(settings(provider.source())));
        let token = sign(&key, &site, &json!({}));
        let replies = futures_util::future::join_all((0..50).map(|_| ask(&site, &token))).await;
        assert!(replies.iter().all(|reply| reply.status == 200));
        assert_eq!(provider.asked(), 1);
    });
}

#[test]
fn unreachable_provider_is_a_service_error() {
    on_each_engine(async |store| {
        let key = Pair::es256("one");
        let provider = Provider::start(&[&key]).await;
        provider.says(StatusCode::BAD_GATEWAY, json!("down"));
        let site = Site::with(store, Some(settings(provider.source())));
        let reply = ask(&site, &sign(&key, &site, &json!({}))).await;
        assert_eq!((reply.status, reply.code()), (503, "SERVICE_UNAVAILABLE"), "there never were any keys");
        assert!(!reply.body.to_string().contains(&provider.url), "{reply:?}");

        provider.says(StatusCode::OK, jwks(&[&key]));
        site.pass(10);
        ask(&site, &sign(&key, &site, &json!({}))).await.data();

        provider.says(StatusCode::BAD_GATEWAY, json!("down"));
        site.pass(23 * 3600);
        ask(&site, &sign(&key, &site, &json!({}))).await.data();
        site.pass(3600);
        let reply = ask(&site, &sign(&key, &site, &json!({}))).await;
        assert_eq!(reply.status, 503, "keys of yesterday are too old");
    });
}

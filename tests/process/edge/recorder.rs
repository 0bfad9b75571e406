//! An endpoint that records purge requests.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::Value;
use tokio::net::TcpListener;

/// A purge request.
#[derive(Clone, Debug)]
pub struct Purge {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Purge {
    /// Returns its tags in the form of any driver.
    pub fn tags(&self) -> BTreeSet<String> {
        let header = |name: &str| self.headers.get(name).map(|value| value.to_str().expect("it is ASCII").to_owned());
        if let Some(tags) = header("xkey-purge").or_else(|| header("surrogate-key")) {
            return tags.split(' ').map(str::to_owned).collect();
        }
        let body: Value = serde_json::from_str(&self.body).expect("it is JSON");
        serde_json::from_value(body["tags"].clone()).expect("they are texts")
    }
}

#[derive(Default)]
struct State {
    purges: Vec<Purge>,
    /// When each tag was purged for the first time.
    first: HashMap<String, Instant>,
    is_failing: bool,
    refused: usize,
}

/// The endpoint. It ends with the test.
pub struct Recorder {
    address: String,
    state: Arc<Mutex<State>>,
}

impl Recorder {
    pub async fn start() -> Self {
        let state = Arc::<Mutex<State>>::default();
        let recording = state.clone();
        let router = Router::new().fallback(async move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let mut state = recording.lock().unwrap_or_else(PoisonError::into_inner);
            if state.is_failing {
                state.refused += 1;
                return StatusCode::SERVICE_UNAVAILABLE;
            }
            let body = String::from_utf8_lossy(&body).into_owned();
            let purge = Purge { method, path: uri.path().to_owned(), headers, body };
            for tag in purge.tags() {
                state.first.entry(tag).or_insert_with(Instant::now);
            }
            state.purges.push(purge);
            StatusCode::OK
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let address = listener.local_addr().expect("it is bound").to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, state }
    }

    /// Returns the URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Sets whether requests fail.
    pub fn set_failing(&self, is_failing: bool) {
        self.state().is_failing = is_failing;
    }

    /// Returns the number of failed requests.
    pub fn refused(&self) -> usize {
        self.state().refused
    }

    /// Returns the recorded requests.
    pub fn purges(&self) -> Vec<Purge> {
        self.state().purges.clone()
    }

    /// Returns when a tag was purged for the first time.
    pub fn first_purge(&self, tag: &str) -> Option<Instant> {
        self.state().first.get(tag).copied()
    }

    /// Returns the number of recorded requests.
    pub fn count(&self) -> usize {
        self.state().purges.len()
    }

    /// Returns the number of requests after the first `skipped` ones that contain a tag.
    pub fn count_of(&self, tag: &str, skipped: usize) -> usize {
        self.purges().iter().skip(skipped).filter(|purge| purge.tags().contains(tag)).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

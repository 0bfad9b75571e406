//! What the targets share: the demo catalog in memory, the real router over it, and a place to run them.

use std::future::Future;
use std::sync::LazyLock;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, StatusCode};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use syllabus::app::App;
use syllabus::cli::DEMO_CATALOG;
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::db::{Database, DatabaseUrl};
use syllabus::http;
use syllabus::service::import_export::{self, ImportError, ImportOptions, ImportReport};
use syllabus::service::write::Context;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("there is a runtime"));

static DATABASE: LazyLock<Database> = LazyLock::new(|| {
    run(async {
        let database = Database::open(&DatabaseUrl::memory("fuzz"), true).await.expect("memory can be opened");
        let report = import(&database, DEMO_CATALOG.as_bytes(), ImportOptions::default()).await;
        let report = report.expect("the demo is text");
        assert!(!report.is_rejected(), "{report}");
        database
    })
});

static ROUTER: LazyLock<Router> = LazyLock::new(|| {
    let database = DATABASE.clone();
    run(async { http::router(App::new(database, Clock::system(), Settings::for_testing())) })
});

/// Works on a future until it is done, always on this thread.
pub fn run<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}

/// The demo catalog.
#[must_use]
pub fn database() -> &'static Database {
    LazyLock::force(&DATABASE)
}

/// Imports lines as an editor would.
///
/// # Errors
/// When there are none.
///
/// # Panics
/// When anything but the lines is at fault.
pub async fn import(database: &Database, lines: &[u8], options: ImportOptions) -> Result<ImportReport, ImportError> {
    let rng = Box::new(ChaCha8Rng::seed_from_u64(1));
    let mut context = Context { now: Clock::system().now(), actor: "fuzz".to_owned(), rng };
    let imported = import_export::import(database, lines, options, &mut context, |_| {}).await;
    let is_of_lines = matches!(imported, Ok(_) | Err(ImportError::Empty | ImportError::Encoding(_)));
    assert!(is_of_lines, "only lines can be at fault: {imported:?}");
    imported
}

/// Sends a request to the router. It may be refused, but the fault is never ours.
///
/// # Panics
/// When it is.
#[must_use]
pub fn answer(request: Request<Body>) -> (StatusCode, Bytes) {
    let router = ROUTER.clone();
    let (status, body) = run(async move {
        let response = router.oneshot(request).await.expect("there is always an answer");
        let status = response.status();
        (status, to_bytes(response.into_body(), usize::MAX).await.expect("it ends"))
    });
    assert!(!status.is_server_error(), "{status}: {}", String::from_utf8_lossy(&body));
    let text = String::from_utf8_lossy(&body);
    // A message may repeat such a word of the request, but there its quotes are escaped.
    for code in [r#""code":"INTERNAL_SERVER_ERROR""#, r#""code":"SERVICE_UNAVAILABLE""#] {
        assert!(!text.contains(code), "{text}");
    }
    (status, body)
}

/// Asks a query with variables, as a web app does.
///
/// # Panics
/// When the fault is ours.
#[must_use]
pub fn ask(query: &str, variables: &serde_json::Value) -> serde_json::Value {
    let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
    let request = Request::post("/graphql").header("content-type", "application/json").body(Body::from(body));
    let (_, body) = answer(request.expect("it is a request"));
    serde_json::from_slice(&body).expect("it is JSON")
}

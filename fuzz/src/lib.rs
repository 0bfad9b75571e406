//! Shared by the fuzz targets: the in-memory demo catalog, the router of the server, and a runtime.

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
        let report = report.expect("the import runs");
        assert!(!report.is_rejected(), "{report}");
        database
    })
});

static ROUTER: LazyLock<Router> = LazyLock::new(|| {
    let database = DATABASE.clone();
    run(async { http::router(App::new(database, Clock::system(), Settings::for_testing())) })
});

/// Runs a future to completion on this thread.
pub fn run<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}

/// Returns the database with the demo catalog.
#[must_use]
pub fn database() -> &'static Database {
    LazyLock::force(&DATABASE)
}

/// Imports lines.
///
/// # Errors
/// Returns an error if the file has no records or is not UTF-8.
///
/// # Panics
/// If the import fails for another reason.
pub async fn import(database: &Database, lines: &[u8], options: ImportOptions) -> Result<ImportReport, ImportError> {
    let rng = Box::new(ChaCha8Rng::seed_from_u64(1));
    let mut context = Context { now: Clock::system().now(), actor: "fuzz".to_owned(), rng };
    let imported = import_export::import(database, lines, options, &mut context, |_| {}).await;
    let is_expected = matches!(imported, Ok(_) | Err(ImportError::Empty | ImportError::UnsupportedFormat(_)));
    assert!(is_expected, "the import fails: {imported:?}");
    imported
}

/// Sends a request to the router. The router may reject it.
///
/// # Panics
/// If the response is a server error.
#[must_use]
pub fn answer(request: Request<Body>) -> (StatusCode, Bytes) {
    let router = ROUTER.clone();
    let (status, body) = run(async move {
        let response = router.oneshot(request).await.expect("the router responds");
        let status = response.status();
        (status, to_bytes(response.into_body(), usize::MAX).await.expect("it ends"))
    });
    assert!(!status.is_server_error(), "{status}: {}", String::from_utf8_lossy(&body));
    let text = String::from_utf8_lossy(&body);
    // A message may quote such text from the request, but escapes its quotes.
    for code in [r#""code":"INTERNAL_SERVER_ERROR""#, r#""code":"SERVICE_UNAVAILABLE""#] {
        assert!(!text.contains(code), "{text}");
    }
    (status, body)
}

/// Executes a query with variables.
///
/// # Panics
/// If the response is a server error.
#[must_use]
pub fn ask(query: &str, variables: &serde_json::Value) -> serde_json::Value {
    let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
    let request = Request::post("/graphql").header("content-type", "application/json").body(Body::from(body));
    let (_, body) = answer(request.expect("it is a request"));
    serde_json::from_slice(&body).expect("it is JSON")
}

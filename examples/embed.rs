//! Serves the catalog from your own application: `cargo run --example embed`, then open `http://127.0.0.1:8080/`.

use std::error::Error;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::map_request;
use axum::routing::{get, post, post_service};
use axum::{RequestExt, Router};
use syllabus::app::App;
use syllabus::auth::{Identity, Role, Viewer};
use syllabus::clock::Clock;
use syllabus::config::{self, Settings, Sources};
use syllabus::db::Database;
use syllabus::embed::async_graphql_axum::{GraphQL, GraphQLRequest, GraphQLResponse, GraphQLSubscription};
use syllabus::graphql::Requester;
use syllabus::service::sort_keys;
use tokio::net::TcpListener;

/// The maximum size of a request body, in bytes.
const BODY: usize = 1024 * 1024;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // The settings of `syllabus serve`, from the environment and from the file that SYLLABUS_CONFIG names.
    let settings: Settings = config::load(&Sources::from_process(None))?;
    let database = Database::open(&settings.database.connect, settings.database.auto_migrate).await?;
    let clock = Clock::system();
    // After an update of the library, or with another language, sort keys can be out of date.
    sort_keys::keep_current(&database, Some(&settings.catalog.language)).await?;
    let catalog = App::new(database, clock, settings);
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    Ok(axum::serve(listener, application(catalog)).await?)
}

/// The application, with its own pages and the catalog.
pub fn application(catalog: App) -> Router {
    Router::new()
        .route("/", get(async || "The catalog is at /catalog."))
        // For anonymous readers. POST only, because the service would execute mutations sent by GET.
        .route("/catalog", post_service(GraphQL::new(catalog.clone())))
        .route_service("/catalog/live", GraphQLSubscription::new(catalog.clone()))
        // For users that the application has authenticated.
        .route("/staff/catalog", post(as_staff))
        // The service itself does not limit the size.
        .layer(map_request(async |request: Request| request.with_limited_body()))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(catalog)
}

/// Executes requests for an authenticated user: here, one that a proxy in front of the application has authenticated.
/// The proxy must remove `x-staff-name` from what clients send, and nobody else may reach the application.
async fn as_staff(
    State(catalog): State<App>,
    headers: HeaderMap,
    request: GraphQLRequest,
) -> Result<GraphQLResponse, StatusCode> {
    let name = headers.get("x-staff-name").and_then(|name| name.to_str().ok()).ok_or(StatusCode::UNAUTHORIZED)?;
    let viewer = Viewer::new(Identity::named("proxy", name), name, [Role::Editor]);
    let caller = Requester::new(Some(Arc::new(viewer)), false);
    let request = request.into_inner().data(caller);
    Ok(async_graphql::Executor::execute(&catalog, request).await.into())
}

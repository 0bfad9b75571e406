//! Health checks and metrics.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::client_addr::ClientAddr;
use super::error::HttpError;
use super::state::AppState;
use crate::app::Readiness;
use crate::telemetry::{Replica, Snapshot};

/// `/healthz`: the process is alive.
pub async fn alive() -> Response {
    ready_with(json!({ "status": "ok" }))
}

/// `/readyz`: the database is reachable and its schema is current. The body reports failing writes and the build of a
/// search index, neither of which makes the server unready.
pub async fn ready(State(state): State<AppState>) -> Response {
    if let Some(reason) = unready_reason(&state).await {
        return unavailable(reason);
    }
    let mut body = json!({ "status": "ok" });
    if state.app.database.are_writes_failing() {
        body["writes"] = json!("failing");
    }
    if let Some(percent) = state.app.graphql.indexer().stats().percent {
        body["search"] = json!({ "status": "building", "percent": percent });
    }
    ready_with(body)
}

/// `/readyz/writes`: `/readyz` is ready, the primary is available, and the last write did not fail for a persistent
/// reason.
pub async fn ready_to_write(State(state): State<AppState>) -> Response {
    match unready_reason(&state).await {
        Some(reason) => unavailable(reason),
        None if state.app.writes_work().await => ready_with(json!({ "status": "ok" })),
        None => unavailable("writes are failing; see the server log"),
    }
}

/// Returns the reason why the server is not ready.
async fn unready_reason(state: &AppState) -> Option<&'static str> {
    let readiness = state.app.readiness().await;
    if state.shutdown.signal.is_cancelled() {
        return Some("the server is stopping");
    }
    if state.shutdown.draining.is_cancelled() {
        return Some("the server is draining before it stops");
    }
    match readiness {
        Readiness::Ready => None,
        Readiness::MigrationsPending => Some("the database has pending migrations"),
        Readiness::SchemaTooNew => Some("the schema of the database is newer than this server"),
        Readiness::Unreachable => Some("the database is unreachable"),
    }
}

fn ready_with(body: Value) -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn unavailable(reason: &str) -> Response {
    let body = json!({ "status": "unavailable", "reason": reason });
    (StatusCode::SERVICE_UNAVAILABLE, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// `/metrics`, for clients on this machine, since the names of operations are not public.
///
/// # Errors
/// Returns 404 to all other clients.
pub async fn metrics(State(state): State<AppState>, client: ClientAddr) -> Result<Response, HttpError> {
    if !client.is_local() && !state.app.settings.server.public_metrics {
        return Err(HttpError::not_found());
    }
    let (document_cache_hits, document_cache_misses) = state.app.graphql.document_cache_counts();
    let (response_cache_hits, response_cache_misses) = state.response_cache.hits_and_misses();
    let (object_cache_hits, object_cache_misses) = state.app.graphql.object_cache_counts();
    let (connections, idle) = state.app.database.connections();
    let (executing_requests, queued_requests) = state.concurrency.executing_and_queued();
    let search = state.app.graphql.indexer().stats();
    let (replicas, log_end) = state.app.database.replica_states();
    let replicas = replicas.into_iter().map(|replica| Replica {
        location: replica.location,
        is_available: replica.is_available,
        lag: log_end.saturating_sub(replica.log_position).max(0),
        statements: replica.statements,
    });
    let purger = state.app.purger.as_ref().map(|purger| purger.stats()).unwrap_or_default();
    let now = Snapshot {
        document_cache_hits,
        document_cache_misses,
        response_cache_hits,
        response_cache_misses,
        object_cache_hits,
        object_cache_misses,
        connections,
        idle,
        db_statements: state.app.database.statements(),
        executing_requests,
        queued_requests,
        writes_failing: state.app.database.are_writes_failing(),
        search_documents: search.documents,
        search_position: search.position,
        search_builds: search.builds,
        replicas: replicas.collect(),
        purger_active: purger.is_active,
        edge_purges: purger.requests,
        edge_purge_failures: purger.failures,
        edge_unpurged_changes: purger.unpurged,
        edge_purge_lag: purger.lag,
    };
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-store")];
    Ok((headers, state.metrics.encode(now)).into_response())
}

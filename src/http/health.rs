//! How the server is: for those who start it, balance its load, and look after it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::front::Front;
use super::peer::Peer;
use super::refusal::Refusal;
use crate::app::Readiness;
use crate::telemetry::Snapshot;

/// `/healthz`: the process answers.
pub async fn alive() -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(json!({ "status": "ok" }))).into_response()
}

/// `/readyz`: the database can be reached, and its schema is the one that this server knows.
pub async fn ready(State(front): State<Front>) -> Response {
    let stops = front.shutdown.signal.is_cancelled();
    let reason = match front.app.readiness().await {
        _ if stops => Some("the server stops"),
        Readiness::Ready => None,
        Readiness::Behind => Some("the schema of the database is behind"),
        Readiness::Unreachable => Some("the database cannot be reached"),
    };
    let (status, body) = match reason {
        None => (StatusCode::OK, json!({ "status": "ok" })),
        Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, json!({ "status": "unavailable", "reason": reason })),
    };
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// `/metrics`, for whoever is on this machine: names of operations are nobody else's business.
///
/// # Errors
/// To everybody else there is nothing here.
pub async fn metrics(State(front): State<Front>, peer: Peer) -> Result<Response, Refusal> {
    if !peer.is_local() && !front.app.settings.server.public_metrics {
        return Err(Refusal::not_found());
    }
    let (documents_known, documents_new) = front.app.graphql.documents_seen();
    let (answers_known, answers_new) = front.answers.seen();
    let (rows_known, rows_new) = front.app.graphql.rows_seen();
    let (connections, idle) = front.app.database.connections();
    let database_statements = front.app.database.statements();
    let now = Snapshot {
        documents_known,
        documents_new,
        answers_known,
        answers_new,
        rows_known,
        rows_new,
        connections,
        idle,
        database_statements,
    };
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-store")];
    Ok((headers, front.metrics.text(now)).into_response())
}

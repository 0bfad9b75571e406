//! What surrounds each request: its id, its line in the log, its place in the figures, its span in a trace, and the
//! headers of every answer.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use rand::RngExt;
use tracing::Instrument;

use super::front::Front;
use super::security;
use crate::graphql::Prepared;
use crate::telemetry::{Answered, Caller, Operation};

/// Names a request, from the caller or from us, in the answer and in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters that an id may have: more are a log's trouble.
const ID_LENGTH: usize = 64;

/// What the handler of a GraphQL request tells about it, among the extensions of its response.
#[derive(Clone)]
pub struct Told(pub Arc<Operation>);

impl Told {
    pub fn of(prepared: &Prepared) -> Self {
        Self(Arc::new(Operation {
            name: prepared.operation_name().map(str::to_owned),
            kind: prepared.operation_type().to_string(),
            cost: prepared.cost(),
        }))
    }
}

pub async fn surround(State(front): State<Front>, request: Request, next: Next) -> Response {
    let id = id(request.headers());
    let method = request.method().clone();
    // Without the query string: what somebody searches for is nobody's business.
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", id, trace = tracing::field::Empty);
    let traced = front.app.traces.as_ref().map(|traces| (traces, traces.begin(caller(request.headers()))));
    let recorded = traced.as_ref().filter(|(_, traced)| traced.is_recorded());
    let exchange = front.exchange(id.clone());
    let exchange = Arc::new(if recorded.is_some() { exchange.recording() } else { exchange });
    if let Some((_, traced)) = recorded {
        span.record("trace", traced.trace_id());
    }
    let has_token = request.headers().contains_key(AUTHORIZATION);
    let start = Instant::now();
    let mut response = exchange.clone().scope(next.run(request)).instrument(span.clone()).await;
    let took = start.elapsed();
    security::add(response.headers_mut(), has_token);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let status = response.status().as_u16();
    let statements = exchange.statements();
    let told = response.extensions().get::<Told>().map(|told| &*told.0);
    if told.is_some() || path == "/graphql" {
        front.metrics.observe(told, status, statements, took);
    }
    if let Some((traces, traced)) = traced {
        let (method, operation) = (method.as_str(), told);
        let answered = Answered { id: &id, method, path: &path, status, operation };
        traces.end(traced, answered, exchange.take_recorded());
    }
    span.in_scope(|| {
        let operation = told.and_then(|told| told.name.as_deref());
        let kind = told.map(|told| told.kind.as_str());
        let cost = told.map(|told| told.cost);
        let milliseconds = took.as_secs_f64() * 1000.0;
        tracing::debug!(%method, path, status, operation, kind, cost, statements, milliseconds, "answered");
    });
    response
}

/// The caller's name for the request, where it is one that can stand in a log; or one of ours.
fn id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let fits = |id: &&str| {
        (1..=ID_LENGTH).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
    };
    given.filter(fits).map_or_else(fresh, str::to_owned)
}

/// The trace that a request belongs to, as its caller tells.
fn caller(headers: &HeaderMap) -> Caller<'_> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    Caller { traceparent: text("traceparent"), tracestate: text("tracestate") }
}

/// An id that no other request has.
pub fn fresh() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

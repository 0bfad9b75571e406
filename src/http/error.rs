//! HTTP errors: JSON in the format of a GraphQL response, with an error code.

use std::time::Duration;

use async_graphql::ServerError;
use axum::Json;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::auth::AuthError;
use crate::graphql::INTERNAL_SERVER_ERROR;
use crate::request_context;

/// Why the server responds with an HTTP error.
#[derive(Debug)]
pub struct HttpError {
    status: StatusCode,
    code: &'static str,
    message: String,
    limit: Option<LimitDetails>,
    /// How long the client should wait before it retries.
    retry_after: Option<Duration>,
}

/// The exceeded limit, and the actual value if it is known.
#[derive(Debug)]
struct LimitDetails {
    limit: usize,
    actual: Option<usize>,
}

impl HttpError {
    fn bad_user_input(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, code: "BAD_USER_INPUT", message: message.into(), limit: None, retry_after: None }
    }

    /// 400: the request is malformed.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::bad_user_input(StatusCode::BAD_REQUEST, message)
    }

    /// 401: the token is invalid.
    fn unauthenticated(error: AuthError) -> Self {
        let (status, code) = (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        Self { status, code, message: error.to_string(), limit: None, retry_after: None }
    }

    /// 503: the token cannot be checked.
    fn unavailable(error: AuthError) -> Self {
        let (status, code) = (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE");
        Self { status, code, message: error.to_string(), limit: None, retry_after: Some(Duration::ZERO) }
    }

    /// 403: the origin cannot open WebSockets.
    pub fn origin_not_allowed(origin: &HeaderValue) -> Self {
        let (status, code) = (StatusCode::FORBIDDEN, "FORBIDDEN");
        Self {
            status,
            code,
            message: format!("Origin {origin:?} must not open WebSockets: add it to the setting cors-origins."),
            limit: None,
            retry_after: None,
        }
    }

    /// 404
    pub fn not_found() -> Self {
        Self::bad_user_input(StatusCode::NOT_FOUND, "Not found: GraphQL is served at /graphql.")
    }

    /// 405: the route does not support the method. The router adds `Allow`.
    pub fn method_not_allowed() -> Self {
        Self::bad_user_input(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed: see the Allow header.")
    }

    /// 405: mutations require POST.
    pub fn mutation_by_get() -> Self {
        Self::bad_user_input(
            StatusCode::METHOD_NOT_ALLOWED,
            "GET requests can only execute queries: send mutations by POST.",
        )
    }

    /// 406
    pub fn not_acceptable() -> Self {
        let message =
            "Not acceptable: accept application/graphql-response+json, application/json or text/event-stream.";
        Self::bad_user_input(StatusCode::NOT_ACCEPTABLE, message)
    }

    /// 406: a subscription requires a stream.
    pub fn stream_required() -> Self {
        let message = "Subscriptions require a stream: accept text/event-stream, or open a WebSocket with the subprotocol \
                       graphql-transport-ws.";
        Self::bad_user_input(StatusCode::NOT_ACCEPTABLE, message)
    }

    /// 408: the body did not arrive in time.
    pub fn request_timeout() -> Self {
        Self::bad_user_input(StatusCode::REQUEST_TIMEOUT, "The request body did not arrive in time.")
    }

    /// 413
    pub fn body_too_large(limit: usize, actual: Option<usize>) -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            code: "LIMIT_EXCEEDED",
            message: format!("The request body is too large: the limit is {limit} bytes."),
            limit: Some(LimitDetails { limit, actual }),
            retry_after: None,
        }
    }

    /// 400: a batch has too many requests.
    pub fn batch_too_long(limit: usize, actual: usize) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "LIMIT_EXCEEDED",
            message: format!("The batch has {actual} requests: the limit is {limit}."),
            limit: Some(LimitDetails { limit, actual: Some(actual) }),
            retry_after: None,
        }
    }

    /// 415
    pub fn unsupported_media_type(message: impl Into<String>) -> Self {
        Self::bad_user_input(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    }

    /// 503: the server is overloaded.
    pub fn overloaded() -> Self {
        let (status, code) = (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE");
        Self {
            status,
            code,
            message: "The server is overloaded: retry later.".to_owned(),
            limit: None,
            retry_after: Some(Duration::ZERO),
        }
    }

    /// 503: the catalog has not reached the version that the request requires.
    pub fn behind() -> Self {
        let message = "The catalog has not reached the version in Catalog-Version-At-Least: retry later.".to_owned();
        let (status, code) = (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE");
        Self { status, code, message, limit: None, retry_after: Some(Duration::ZERO) }
    }

    /// 412: the version that the request requires belongs to a former epoch.
    pub fn other_epoch() -> Self {
        Self::bad_user_input(
            StatusCode::PRECONDITION_FAILED,
            "The version in Catalog-Version-At-Least belongs to a former epoch of the catalog, whose last writes may be lost: \
             read the data again without the header.",
        )
    }

    /// 429: the rate limit is exceeded until `retry_after` has passed.
    pub fn rate_limited(retry_after: Duration) -> Self {
        let message = format!("Rate limit exceeded: retry after {} s.", whole_seconds(retry_after));
        let (status, code) = (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED");
        Self { status, code, message, limit: None, retry_after: Some(retry_after) }
    }

    /// 500, without details.
    pub fn internal() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "INTERNAL_SERVER_ERROR",
            message: INTERNAL_SERVER_ERROR.to_owned(),
            limit: None,
            retry_after: None,
        }
    }
}

/// Accessors for transports without HTTP responses.
impl HttpError {
    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    pub fn error(&self) -> ServerError {
        let mut error = ServerError::new(&self.message, None);
        error.extensions.get_or_insert_default().set("code", self.code);
        error
    }
}

impl From<AuthError> for HttpError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unavailable => Self::unavailable(error),
            _ => Self::unauthenticated(error),
        }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let mut extensions = Map::from_iter([("code".to_owned(), Value::from(self.code))]);
        if let Some(LimitDetails { limit, actual }) = self.limit {
            extensions.insert("limit".to_owned(), limit.into());
            extensions.extend(actual.map(|actual| ("actual".to_owned(), actual.into())));
        }
        if self.status == StatusCode::INTERNAL_SERVER_ERROR
            && let Some(request) = request_context::current()
        {
            extensions.insert("requestId".to_owned(), request.id().into());
        }
        let body = json!({ "errors": [{ "message": self.message, "extensions": extensions }] });
        let mut response = (self.status, Json(body)).into_response();
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(retry_after) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, whole_seconds(retry_after).into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // https://www.rfc-editor.org/rfc/rfc6750#section-3
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// Returns the next whole number of seconds.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(1)
}

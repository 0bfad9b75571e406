//! Encodes GraphQL responses as HTTP responses: body, status and headers.
//!
//! The `GraphQLResponse` of async-graphql-axum always has the status 200 and the same content type, and has `data` even
//! if nothing was executed.

use async_graphql::{ServerError, Value};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::catalog_version;
use super::error::HttpError;
use super::negotiation::ResponseFormat;
use crate::graphql::was_executed;

/// The body of a response. Errors come first so that people notice them; a request that was not executed has no data.
#[derive(Serialize)]
pub struct GraphQlBody<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<&'a std::collections::BTreeMap<String, Value>>,
}

impl<'a> GraphQlBody<'a> {
    #[must_use]
    pub fn of(graphql_response: &'a async_graphql::Response) -> Self {
        Self {
            errors: &graphql_response.errors,
            data: was_executed(graphql_response).then_some(&graphql_response.data),
            extensions: (!graphql_response.extensions.is_empty()).then_some(&graphql_response.extensions),
        }
    }
}

/// Encodes a response as JSON.
///
/// # Errors
/// Returns an error if the response cannot be serialized, which is a bug.
pub fn to_json(graphql_response: &async_graphql::Response) -> serde_json::Result<String> {
    serde_json::to_string(&GraphQlBody::of(graphql_response))
}

/// The request headers that responses depend on.
pub const VARY_VALUE: HeaderValue =
    HeaderValue::from_static("accept, authorization, catalog-preview, catalog-version-at-least");

/// Encodes a response in a format.
pub fn encode(graphql_response: &async_graphql::Response, format: ResponseFormat) -> Response {
    match to_json(graphql_response) {
        Ok(text) => encode_text(graphql_response, format, text),
        Err(_) => HttpError::internal().into_response(),
    }
}

/// Encodes a response whose JSON is known.
pub fn encode_text(graphql_response: &async_graphql::Response, format: ResponseFormat, text: String) -> Response {
    let status = status(graphql_response, format);
    let mut response = (status, [(CONTENT_TYPE, format.content_type())], text).into_response();
    response.headers_mut().extend(graphql_response.http_headers.clone());
    if let Some(version) = catalog_version::header(graphql_response) {
        response.headers_mut().insert(catalog_version::VERSION, version);
    }
    if !graphql_response.errors.is_empty() {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response.headers_mut().append(VARY, VARY_VALUE);
    response
}

/// Returns the status code of a response: <https://graphql.github.io/graphql-over-http/draft/#sec-Status-Codes>
pub fn status(graphql_response: &async_graphql::Response, format: ResponseFormat) -> StatusCode {
    if was_executed(graphql_response) {
        return StatusCode::OK;
    }
    match error_status(graphql_response) {
        // Proxies must see these, too, even for clients that expect 200 for every well-formed request.
        status @ (StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) => status,
        _ if format == ResponseFormat::Json => StatusCode::OK,
        status => status,
    }
}

/// Returns the status code of the first error.
pub fn error_status(graphql_response: &async_graphql::Response) -> StatusCode {
    match graphql_response.errors.first().and_then(error_code) {
        Some("SERVICE_UNAVAILABLE") => StatusCode::SERVICE_UNAVAILABLE,
        Some("RATE_LIMITED") => StatusCode::TOO_MANY_REQUESTS,
        Some("UNAUTHENTICATED") => StatusCode::UNAUTHORIZED,
        Some("FORBIDDEN") => StatusCode::FORBIDDEN,
        Some("TIMEOUT") => StatusCode::GATEWAY_TIMEOUT,
        Some("INTERNAL_SERVER_ERROR") => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// Returns the code of an error.
pub fn error_code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(error_code) => Some(error_code),
        Value::Enum(error_code) => Some(error_code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{ErrorExtensionValues, PathSegment, value};

    use super::*;

    fn error(code: &str, path: Vec<PathSegment>) -> ServerError {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", code);
        ServerError { path, extensions: Some(extensions), ..ServerError::new("x", None) }
    }

    fn status_of(errors: Vec<ServerError>, data: Value, format: ResponseFormat) -> u16 {
        let mut graphql_response = async_graphql::Response::from_errors(errors);
        graphql_response.data = data;
        status(&graphql_response, format).as_u16()
    }

    #[test]
    fn the_status_reflects_errors_in_the_graphql_format() {
        let at_field = || vec![PathSegment::Field("a".to_owned())];
        assert_eq!(status_of(vec![], value!({"a": 1}), ResponseFormat::GraphQl), 200);
        assert_eq!(
            status_of(vec![error("BAD_USER_INPUT", at_field())], value!({"a": null}), ResponseFormat::GraphQl),
            200
        );
        assert_eq!(status_of(vec![error("BAD_USER_INPUT", at_field())], Value::Null, ResponseFormat::GraphQl), 200);
        assert_eq!(status_of(vec![error("GRAPHQL_PARSE_FAILED", vec![])], Value::Null, ResponseFormat::GraphQl), 400);
        assert_eq!(status_of(vec![error("UNAUTHENTICATED", vec![])], Value::Null, ResponseFormat::GraphQl), 401);
        assert_eq!(status_of(vec![error("SERVICE_UNAVAILABLE", vec![])], Value::Null, ResponseFormat::GraphQl), 503);
        assert_eq!(status_of(vec![error("GRAPHQL_PARSE_FAILED", vec![])], Value::Null, ResponseFormat::Json), 200);
    }
}

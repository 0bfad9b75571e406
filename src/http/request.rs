//! Parses GraphQL requests from bodies and query strings.
//!
//! The types are async-graphql's. The extractor of async-graphql-axum parses any content type as JSON, accepts bodies
//! of any size, reads `operation_name` instead of `operationName`, and its messages name Rust types.

use std::time::Duration;

use async_graphql::{BatchRequest, Extensions, Request, Variables};
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use futures_util::{FutureExt, StreamExt};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout_at};

use super::error::HttpError;
use super::negotiation::is_utf8;
use crate::graphql::DOCUMENT_ID;

/// Reads the body of a POST of at most `limit` bytes, within `body_timeout`.
pub async fn read_body(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    body_timeout: Duration,
) -> Result<Bytes, HttpError> {
    check_content_type(headers)?;
    read(headers, body, limit, body_timeout).await
}

/// Parses the request in a body, or a batch of up to `max_batch_size` requests.
pub fn parse_body(body: &[u8], max_batch_size: usize) -> Result<BatchRequest, HttpError> {
    let text = std::str::from_utf8(body).map_err(|_| HttpError::bad_request("The body is not UTF-8."))?;
    if text.trim().is_empty() {
        return Err(HttpError::bad_request("The body is empty: send a JSON object with a query."));
    }
    // https://www.rfc-editor.org/rfc/rfc8259#section-8.1: parsers may ignore a byte order mark.
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(Value::Object(fields)) => from_fields(fields).map(BatchRequest::Single),
        Ok(Value::Array(_)) if max_batch_size < 2 => {
            Err(HttpError::bad_request("Batches are disabled: send one request at a time."))
        }
        Ok(Value::Array(requests)) => parse_batch(requests, max_batch_size),
        Ok(_) => Err(HttpError::bad_request("The body must be a JSON object with a query.")),
        Err(error) => Err(HttpError::bad_request(format!(
            "The body is not valid JSON: see line {}, column {}.",
            error.line(),
            error.column()
        ))),
    }
}

fn parse_batch(requests: Vec<Value>, max_batch_size: usize) -> Result<BatchRequest, HttpError> {
    if requests.is_empty() {
        return Err(HttpError::bad_request("The batch is empty: send at least one request."));
    }
    if requests.len() > max_batch_size {
        return Err(HttpError::batch_too_long(max_batch_size, requests.len()));
    }
    let requests = requests.into_iter().map(|request| match request {
        Value::Object(fields) => from_fields(fields),
        _ => Err(HttpError::bad_request("Each request of a batch must be a JSON object with a query.")),
    });
    Ok(BatchRequest::Batch(requests.collect::<Result<_, _>>()?))
}

/// Parses the request in a query string: `query=…&operationName=…&variables={…}&extensions={…}`.
pub fn from_query_string(query_string: &str) -> Result<Request, HttpError> {
    let parameters = parameters(query_string)?;
    let mut fields = Map::new();
    for (name, text) in parameters {
        let value = match name.as_str() {
            "variables" | "extensions" if text.is_empty() => Value::Null,
            "variables" | "extensions" => serde_json::from_str(&text)
                .map_err(|_| HttpError::bad_request(format!("The parameter {name} is not valid JSON.")))?,
            _ => Value::String(text),
        };
        if fields.insert(name.clone(), value).is_some() {
            return Err(HttpError::bad_request(format!("The parameter {name} is given twice.")));
        }
    }
    from_fields(fields)
}

/// Returns whether a query string contains a GraphQL request.
pub fn has_operation(query_string: &str) -> bool {
    query_string.split('&').any(|pair| {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        matches!(name, "query" | "extensions" | "documentId" | "doc_id")
    })
}

/// Creates a request from the fields of a body or a message payload.
pub fn from_fields(mut fields: Map<String, Value>) -> Result<Request, HttpError> {
    let mut field = |name: &str| fields.remove(name);
    let query = match field("query") {
        Some(Value::String(query)) => Some(query),
        None | Some(Value::Null) => None,
        Some(_) => return Err(HttpError::bad_request("query must be a string.")),
    };
    // Relay's guide uses the second name.
    let document_id = match (field("documentId"), field("doc_id")) {
        (Some(Value::String(id)), _) | (None | Some(Value::Null), Some(Value::String(id))) => Some(id),
        (None | Some(Value::Null), None | Some(Value::Null)) => None,
        _ => return Err(HttpError::bad_request("documentId must be a string.")),
    };
    let mut request = Request::new(query.unwrap_or_default());
    request.operation_name = match field("operationName") {
        Some(Value::String(name)) if !name.is_empty() => Some(name),
        None | Some(Value::Null | Value::String(_)) => None,
        Some(_) => return Err(HttpError::bad_request("operationName must be a string.")),
    };
    request.variables = match field("variables") {
        Some(variables @ Value::Object(_)) => Variables::from_json(variables),
        None | Some(Value::Null) => Variables::default(),
        Some(_) => return Err(HttpError::bad_request("variables must be an object.")),
    };
    request.extensions = match field("extensions") {
        Some(extensions @ Value::Object(_)) => {
            serde_json::from_value(extensions).map_err(|_| HttpError::bad_request("extensions must be an object."))?
        }
        None | Some(Value::Null) => Extensions::default(),
        Some(_) => return Err(HttpError::bad_request("extensions must be an object.")),
    };
    if let Some(id) = document_id {
        request.extensions.insert(DOCUMENT_ID.to_owned(), id.into());
    } else if request.query.is_empty() && !request.extensions.contains_key("persistedQuery") {
        return Err(HttpError::bad_request("The request has no query."));
    }
    Ok(request)
}

/// Returns a header, unless its value is empty. Clients often send a header without a value.
pub fn non_empty_header<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h HeaderValue> {
    non_empty_values(headers, name).next()
}

/// As [`non_empty_header`].
///
/// # Errors
/// Returns an error if there are several.
pub fn single_header<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h HeaderValue>, HttpError> {
    let mut values = non_empty_values(headers, name);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(HttpError::bad_request(format!("Duplicate header {name}: send it once."))),
    }
}

fn non_empty_values<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h HeaderValue> {
    headers.get_all(name).iter().filter(|value| !value.as_bytes().trim_ascii().is_empty())
}

/// Accepts only JSON in UTF-8. A browser cannot send it to another site without a preflight request, which prevents
/// cross-site request forgery.
fn check_content_type(headers: &HeaderMap) -> Result<(), HttpError> {
    let error = || {
        HttpError::unsupported_media_type(
            "Unsupported media type: send JSON in UTF-8 with the Content-Type application/json.",
        )
    };
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).ok_or_else(error)?;
    let mut parts = content_type.split(';').map(str::trim);
    if !parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        return Err(error());
    }
    for (name, value) in parts.filter_map(|parameter| parameter.split_once('=')) {
        if name.trim().eq_ignore_ascii_case("charset") && !is_utf8(value) {
            return Err(error());
        }
    }
    let encoding = non_empty_header(headers, &CONTENT_ENCODING).map(|value| value.as_bytes().to_ascii_lowercase());
    if encoding.is_some_and(|encoding| encoding != b"identity") {
        return Err(HttpError::unsupported_media_type("Compressed bodies are not supported."));
    }
    Ok(())
}

async fn read(headers: &HeaderMap, body: Body, limit: usize, body_timeout: Duration) -> Result<Bytes, HttpError> {
    let content_length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if let Some(length) = content_length.filter(|length| *length > limit) {
        return Err(HttpError::body_too_large(limit, Some(length)));
    }
    let mut chunks = body.into_data_stream();
    let mut deadline = None;
    let mut bytes = Vec::new();
    loop {
        // Most bodies arrive with their headers, so there is nothing to wait for.
        let chunk = if let Some(chunk) = chunks.next().now_or_never() {
            chunk
        } else {
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + body_timeout);
            timeout_at(deadline, chunks.next()).await.map_err(|_| HttpError::request_timeout())?
        };
        let Some(chunk) = chunk else { return Ok(bytes.into()) };
        let chunk = chunk.map_err(|_| HttpError::bad_request("The body is incomplete."))?;
        if bytes.len() + chunk.len() > limit {
            return Err(HttpError::body_too_large(limit, None));
        }
        if bytes.is_empty() && content_length == Some(chunk.len()) {
            return Ok(chunk);
        }
        bytes.extend_from_slice(&chunk);
    }
}

fn parameters(query_string: &str) -> Result<Vec<(String, String)>, HttpError> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8().map(String::from);
        decoded.map_err(|_| HttpError::bad_request("The query string is not UTF-8."))
    };
    query_string
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

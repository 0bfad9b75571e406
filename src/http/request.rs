//! Reads a GraphQL request out of a body or a query string.
//!
//! The types are async-graphql's, the parser is ours. The extractor of async-graphql-axum reads any content type as
//! JSON, bodies of any size, and `operation_name` instead of `operationName`, and its messages name Rust types.

use std::time::Duration;

use async_graphql::{BatchRequest, Extensions, Request, Variables};
use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use futures_util::{FutureExt, StreamExt};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout_at};

use super::negotiation::is_utf8;
use super::refusal::Refusal;
use crate::graphql::DOCUMENT_ID;

/// Reads the body of a POST of at most `limit` bytes within `patience`.
pub async fn body(headers: &HeaderMap, body: Body, limit: usize, patience: Duration) -> Result<Bytes, Refusal> {
    check_content_type(headers)?;
    read(headers, body, limit, patience).await
}

/// Reads the request that a body is; or up to `batch` of them.
pub fn posted(body: &[u8], batch: usize) -> Result<BatchRequest, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| Refusal::malformed("The body is not UTF-8."))?;
    if text.trim().is_empty() {
        return Err(Refusal::malformed("The body is empty: send a JSON object with a query."));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => of(fields).map(BatchRequest::Single),
        Ok(Value::Array(_)) if batch < 2 => {
            Err(Refusal::malformed("Batches are not taken: send one request at a time."))
        }
        Ok(Value::Array(requests)) => many(requests, batch),
        Ok(_) => Err(Refusal::malformed("The body must be a JSON object with a query.")),
        Err(error) => Err(Refusal::malformed(format!(
            "The body is no JSON: it breaks at line {}, column {}.",
            error.line(),
            error.column()
        ))),
    }
}

fn many(requests: Vec<Value>, batch: usize) -> Result<BatchRequest, Refusal> {
    if requests.is_empty() {
        return Err(Refusal::malformed("The list has no request."));
    }
    if requests.len() > batch {
        return Err(Refusal::too_many(batch, requests.len()));
    }
    let requests = requests.into_iter().map(|request| match request {
        Value::Object(fields) => of(fields),
        _ => Err(Refusal::malformed("Each request of the list must be a JSON object with a query.")),
    });
    Ok(BatchRequest::Batch(requests.collect::<Result<_, _>>()?))
}

/// Reads the request in a query string: `query=…&operationName=…&variables={…}&extensions={…}`.
pub fn in_address(query_string: &str) -> Result<Request, Refusal> {
    let parameters = parameters(query_string)?;
    let mut fields = Map::new();
    for (name, text) in parameters {
        let value = match name.as_str() {
            "variables" | "extensions" if text.is_empty() => Value::Null,
            "variables" | "extensions" => serde_json::from_str(&text)
                .map_err(|_| Refusal::malformed(format!("The parameter {name} is no JSON.")))?,
            _ => Value::String(text),
        };
        if fields.insert(name.clone(), value).is_some() {
            return Err(Refusal::malformed(format!("The parameter {name} is given twice.")));
        }
    }
    of(fields)
}

/// Whether a query string asks anything of GraphQL at all.
pub fn asks(query_string: &str) -> bool {
    query_string.split('&').any(|pair| {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        matches!(name, "query" | "extensions" | "documentId" | "doc_id")
    })
}

/// The request that these fields make, be it a body or the payload of a message.
pub fn of(mut fields: Map<String, Value>) -> Result<Request, Refusal> {
    let mut field = |name: &str| fields.remove(name);
    let query = match field("query") {
        Some(Value::String(query)) => Some(query),
        None | Some(Value::Null) => None,
        Some(_) => return Err(Refusal::malformed("query must be a string.")),
    };
    // The second name is that of Relay's guide.
    let document_id = match (field("documentId"), field("doc_id")) {
        (Some(Value::String(id)), _) | (None | Some(Value::Null), Some(Value::String(id))) => Some(id),
        (None | Some(Value::Null), None | Some(Value::Null)) => None,
        _ => return Err(Refusal::malformed("documentId must be a string.")),
    };
    let mut request = Request::new(query.unwrap_or_default());
    request.operation_name = match field("operationName") {
        Some(Value::String(name)) if !name.is_empty() => Some(name),
        None | Some(Value::Null | Value::String(_)) => None,
        Some(_) => return Err(Refusal::malformed("operationName must be a string.")),
    };
    request.variables = match field("variables") {
        Some(variables @ Value::Object(_)) => Variables::from_json(variables),
        None | Some(Value::Null) => Variables::default(),
        Some(_) => return Err(Refusal::malformed("variables must be an object.")),
    };
    request.extensions = match field("extensions") {
        Some(extensions @ Value::Object(_)) => {
            serde_json::from_value(extensions).map_err(|_| Refusal::malformed("extensions must be an object."))?
        }
        None | Some(Value::Null) => Extensions::default(),
        Some(_) => return Err(Refusal::malformed("extensions must be an object.")),
    };
    if let Some(id) = document_id {
        request.extensions.insert(DOCUMENT_ID.to_owned(), id.into());
    } else if request.query.is_empty() && !request.extensions.contains_key("persistedQuery") {
        return Err(Refusal::malformed("The request has no query."));
    }
    Ok(request)
}

/// Only JSON in UTF-8 is taken. A browser cannot send that to another site without asking first, which keeps forged
/// forms out.
fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let refused = || Refusal::unsupported("The body must be application/json in UTF-8: say so in Content-Type.");
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).ok_or_else(refused)?;
    let mut parts = content_type.split(';').map(str::trim);
    if !parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        return Err(refused());
    }
    for (name, value) in parts.filter_map(|parameter| parameter.split_once('=')) {
        if name.trim().eq_ignore_ascii_case("charset") && !is_utf8(value) {
            return Err(refused());
        }
    }
    let encoding = headers.get(CONTENT_ENCODING).map(|value| value.as_bytes().to_ascii_lowercase());
    if encoding.is_some_and(|encoding| encoding != b"identity") {
        return Err(Refusal::unsupported("The body must not be compressed."));
    }
    Ok(())
}

async fn read(headers: &HeaderMap, body: Body, limit: usize, patience: Duration) -> Result<Bytes, Refusal> {
    let told = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if let Some(length) = told.filter(|length| *length > limit) {
        return Err(Refusal::too_large(limit, Some(length)));
    }
    let mut chunks = body.into_data_stream();
    let mut deadline = None;
    let mut bytes = Vec::new();
    loop {
        // Most bodies are there with their heads: then there is nothing to wait for.
        let chunk = if let Some(chunk) = chunks.next().now_or_never() {
            chunk
        } else {
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + patience);
            timeout_at(deadline, chunks.next()).await.map_err(|_| Refusal::slow())?
        };
        let Some(chunk) = chunk else { return Ok(bytes.into()) };
        let chunk = chunk.map_err(|_| Refusal::malformed("The body breaks off."))?;
        if bytes.len() + chunk.len() > limit {
            return Err(Refusal::too_large(limit, None));
        }
        if bytes.is_empty() && told == Some(chunk.len()) {
            return Ok(chunk);
        }
        bytes.extend_from_slice(&chunk);
    }
}

fn parameters(query_string: &str) -> Result<Vec<(String, String)>, Refusal> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8().map(String::from);
        decoded.map_err(|_| Refusal::malformed("The address is not UTF-8."))
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

//! The messages of the protocol.

use async_graphql::{Request, Response, ServerError};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::{Map, Value};

use super::close::Close;
use crate::http::request;
use crate::http::request_identity::{self, PREVIEW};
use crate::http::response::GraphQlBody;

/// The maximum length of an operation id, in bytes.
const MAX_ID_LENGTH: usize = 200;

/// A message from the client.
pub enum ClientMessage {
    ConnectionInit(Map<String, Value>),
    Ping(Option<Value>),
    Pong,
    Subscribe { id: String, request: Box<Request> },
    Complete { id: String },
}

/// A message from the server.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Value>,
    },
    Next {
        id: &'a str,
        payload: GraphQlBody<'a>,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

impl<'a> ServerMessage<'a> {
    pub fn next(id: &'a str, response: &'a Response) -> Self {
        Self::Next { id, payload: GraphQlBody::of(response) }
    }

    /// Serializes the message as the text of a frame.
    pub fn to_text(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

impl ClientMessage {
    /// Parses a message.
    ///
    /// # Errors
    /// Returns an error if the message violates the protocol.
    pub fn parse(text: &str) -> Result<Self, Close> {
        let Ok(Value::Object(mut fields)) = serde_json::from_str(text) else {
            return Err(Close::invalid("A message must be a JSON object"));
        };
        let kind = fields.remove("type");
        let payload = fields.remove("payload").filter(|payload| !payload.is_null());
        let mut id = || match fields.remove("id") {
            Some(Value::String(id)) if !id.is_empty() && id.len() <= MAX_ID_LENGTH => Ok(id),
            _ => Err(Close::invalid(format!("id must be a string of 1 to {MAX_ID_LENGTH} bytes"))),
        };
        match kind.as_ref().and_then(Value::as_str) {
            Some("connection_init") => Ok(Self::ConnectionInit(object(payload)?.unwrap_or_default())),
            Some("ping") => Ok(Self::Ping(object(payload)?.map(Value::Object))),
            Some("pong") => Ok(Self::Pong),
            Some("complete") => Ok(Self::Complete { id: id()? }),
            Some("subscribe") => {
                let id = id()?;
                let fields = object(payload)?.ok_or_else(|| Close::invalid("subscribe requires a payload"))?;
                let request = request::from_fields(fields).map_err(Close::from)?;
                Ok(Self::Subscribe { id, request: Box::new(request) })
            }
            Some(other) => Err(Close::invalid(format!("Unknown message type {other:?}"))),
            None => Err(Close::invalid("A message must have a type")),
        }
    }
}

fn object(payload: Option<Value>) -> Result<Option<Map<String, Value>>, Close> {
    match payload {
        None => Ok(None),
        Some(Value::Object(fields)) => Ok(Some(fields)),
        Some(_) => Err(Close::invalid("payload must be an object")),
    }
}

/// Returns the headers that identify the caller. Browsers cannot set headers of a WebSocket, so the payload of
/// `connection_init` can contain them, at the top level or in `headers`. The top level takes precedence over `headers`,
/// which take precedence over the handshake.
///
/// # Errors
/// Returns an error if `headers` is not an object, or a value is not a valid header value.
pub fn identity_headers(handshake: &HeaderMap, payload: &Map<String, Value>) -> Result<HeaderMap, Close> {
    let nested = match payload.iter().find(|(key, value)| key.eq_ignore_ascii_case("headers") && !value.is_null()) {
        None => None,
        Some((_, Value::Object(fields))) => Some(fields),
        Some((key, _)) => return Err(Close::invalid(format!("{key} must be an object"))),
    };
    let mut headers = HeaderMap::new();
    for name in [AUTHORIZATION, PREVIEW] {
        let value = match (header_value(payload, &name)?, nested) {
            (None, Some(nested)) => header_value(nested, &name)?,
            (value, _) => value,
        };
        match value {
            Some(value) => headers.extend([(name, value)]),
            None => headers.extend(handshake.get_all(&name).iter().map(|value| (name.clone(), value.clone()))),
        }
    }
    Ok(headers)
}

/// Returns the value of a header in `fields`, whose names are case-insensitive; `None` for null and for empty
/// credentials.
fn header_value(fields: &Map<String, Value>, name: &HeaderName) -> Result<Option<HeaderValue>, Close> {
    let named = fields.iter().filter(|(key, value)| key.eq_ignore_ascii_case(name.as_str()) && !value.is_null());
    for (key, value) in named {
        let value = value.as_str().and_then(|text| HeaderValue::from_str(text).ok());
        let value = value.ok_or_else(|| Close::invalid(format!("{key} must be a valid header value")))?;
        if *name != AUTHORIZATION || !request_identity::lacks_credentials(&value) {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

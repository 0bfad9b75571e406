//! The messages of the protocol.

use async_graphql::{Request, Response, ServerError};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::{Map, Value};

use super::close::Close;
use crate::http::access::{self, PREVIEW};
use crate::http::answer::Body;
use crate::http::request;

/// Bytes that the id of an operation may have.
const ID: usize = 200;

/// What a client says.
pub enum FromClient {
    ConnectionInit(Map<String, Value>),
    Ping(Option<Value>),
    Pong,
    Subscribe { id: String, request: Box<Request> },
    Complete { id: String },
}

/// What we say.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromServer<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Value>,
    },
    Next {
        id: &'a str,
        payload: Body<'a>,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

impl<'a> FromServer<'a> {
    pub fn next(id: &'a str, answer: &'a Response) -> Self {
        Self::Next { id, payload: Body::of(answer) }
    }

    /// As the text of a frame.
    pub fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

impl FromClient {
    /// # Errors
    /// When it is no message of the protocol.
    pub fn read(text: &str) -> Result<Self, Close> {
        let Ok(Value::Object(mut fields)) = serde_json::from_str(text) else {
            return Err(Close::invalid("A message must be a JSON object"));
        };
        let kind = fields.remove("type");
        let payload = fields.remove("payload").filter(|payload| !payload.is_null());
        let mut id = || match fields.remove("id") {
            Some(Value::String(id)) if !id.is_empty() && id.len() <= ID => Ok(id),
            _ => Err(Close::invalid(format!("id must be a string of 1 to {ID} bytes"))),
        };
        match kind.as_ref().and_then(Value::as_str) {
            Some("connection_init") => Ok(Self::ConnectionInit(object(payload)?.unwrap_or_default())),
            Some("ping") => Ok(Self::Ping(object(payload)?.map(Value::Object))),
            Some("pong") => Ok(Self::Pong),
            Some("complete") => Ok(Self::Complete { id: id()? }),
            Some("subscribe") => {
                let id = id()?;
                let fields = object(payload)?.ok_or_else(|| Close::invalid("subscribe needs a payload"))?;
                let request = request::of(fields).map_err(Close::from)?;
                Ok(Self::Subscribe { id, request: Box::new(request) })
            }
            Some(other) => Err(Close::invalid(format!("There is no message of the type {other:?}"))),
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

/// The headers that say who asks: browsers can send none with a WebSocket, so the payload of `connection_init` may have
/// them, itself or in its `headers`. It takes precedence over `headers`, which take precedence over the handshake.
///
/// # Errors
/// When `headers` is not an object, or a value is not a valid header value.
pub fn headers(handshake: &HeaderMap, payload: &Map<String, Value>) -> Result<HeaderMap, Close> {
    let nested = match payload.iter().find(|(key, value)| key.eq_ignore_ascii_case("headers") && !value.is_null()) {
        None => None,
        Some((_, Value::Object(fields))) => Some(fields),
        Some((key, _)) => return Err(Close::invalid(format!("{key} must be an object"))),
    };
    let mut headers = HeaderMap::new();
    for name in [AUTHORIZATION, PREVIEW] {
        let said = match (said(payload, &name)?, nested) {
            (None, Some(nested)) => said(nested, &name)?,
            (said, _) => said,
        };
        match said {
            Some(value) => headers.extend([(name, value)]),
            None => headers.extend(handshake.get_all(&name).iter().map(|value| (name.clone(), value.clone()))),
        }
    }
    Ok(headers)
}

/// Returns the value of a header in `fields`, whose names are case-insensitive; `None` for null and for empty
/// credentials.
fn said(fields: &Map<String, Value>, name: &HeaderName) -> Result<Option<HeaderValue>, Close> {
    let named = fields.iter().filter(|(key, value)| key.eq_ignore_ascii_case(name.as_str()) && !value.is_null());
    for (key, value) in named {
        let value = value.as_str().and_then(|text| HeaderValue::from_str(text).ok());
        let value = value.ok_or_else(|| Close::invalid(format!("{key} must be the text of a header")))?;
        if *name != AUTHORIZATION || !access::lacks_credentials(&value) {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

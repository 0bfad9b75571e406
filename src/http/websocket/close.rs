//! The close codes of RFC 6455 and of the protocol.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use axum::http::StatusCode;

use super::PROTOCOL;
use crate::http::error::HttpError;

/// The maximum length of a reason, in bytes.
const MAX_REASON_LENGTH: usize = 123;

/// A close code and a reason.
#[derive(Debug, PartialEq, Eq)]
pub struct Close {
    code: u16,
    reason: String,
}

impl Close {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }

    /// The server stops.
    pub fn going_away() -> Self {
        Self::new(1001, "The server is stopping: reconnect")
    }

    /// A message is larger than `limit` bytes, or violates the framing of RFC 6455.
    pub fn unreadable(limit: usize) -> Self {
        Self::new(1009, format!("Message too large or malformed: the limit is {limit} bytes"))
    }

    /// The client does not read its messages.
    pub fn slow_client() -> Self {
        Self::new(1013, "The client reads too slowly: reconnect, and continue after the last cursor")
    }

    /// The message violates the protocol.
    pub fn invalid(reason: impl Into<String>) -> Self {
        Self::new(4400, reason)
    }

    /// An operation started before the connection was acknowledged.
    pub fn unauthorized() -> Self {
        Self::new(4401, "Unauthorized")
    }

    /// The client requires another subprotocol.
    pub fn subprotocol() -> Self {
        Self::new(4406, format!("Subprotocol not acceptable: use {PROTOCOL}"))
    }

    /// The client did not send `connection_init` in time.
    pub fn init_timeout() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }

    /// The id of an operation is already in use.
    pub fn duplicate(id: &str) -> Self {
        Self::new(4409, format!("Subscriber for {id} already exists"))
    }

    /// The client sent `connection_init` twice.
    pub fn second_init() -> Self {
        Self::new(4429, "Too many initialisation requests")
    }

    pub fn into_frame(self) -> Message {
        let mut end = self.reason.len().min(MAX_REASON_LENGTH);
        while !self.reason.is_char_boundary(end) {
            end -= 1;
        }
        Message::Close(Some(CloseFrame { code: self.code, reason: Utf8Bytes::from(&self.reason[..end]) }))
    }
}

/// The caller is not authorized, or no longer.
impl From<HttpError> for Close {
    fn from(error: HttpError) -> Self {
        match error.status() {
            StatusCode::UNAUTHORIZED => Self::new(4403, format!("Forbidden: {}", error.message())),
            StatusCode::SERVICE_UNAVAILABLE => Self::new(1013, error.message()),
            _ => Self::invalid(error.message()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_truncated_to_the_frame_size() {
        let Message::Close(Some(frame)) = Close::duplicate(&"ä".repeat(200)).into_frame() else {
            panic!("it is a close frame")
        };
        assert_eq!(frame.code, 4409);
        assert!(frame.reason.len() <= MAX_REASON_LENGTH && frame.reason.starts_with("Subscriber for ää"));
    }
}

//! GraphQL over WebSocket: <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>, subprotocol
//! `graphql-transport-ws`.
//!
//! The implementation of async-graphql-axum closes with other codes than the protocol defines, accepts duplicate ids,
//! waits for `connection_init` forever, and does not limit operations; its protocol extractor also offers the
//! subprotocol `graphql-ws`. Here, one task per socket reads messages, runs operations and writes, so a client that
//! does not read delays only itself, and no messages queue up for it.

mod close;
mod connection;
mod message;
mod operations;
mod origin;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::header::UPGRADE;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use super::client_addr::ClientAddr;
use super::connection_limit::ConnectionPermit;
use super::error::HttpError;
use super::host;
use super::state::AppState;
use connection::Connection;

/// The subprotocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// How many times the maximum message size is read before the connection is closed.
const MAX_READ_FACTOR: usize = 4;

/// Returns whether a request is a WebSocket handshake.
pub fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Opens the WebSocket of a handshake.
///
/// # Errors
/// Returns an error if the handshake is invalid, the origin is not allowed, or too many connections are open.
pub fn open(
    state: AppState,
    client: ClientAddr,
    (uri, headers): (&Uri, HeaderMap),
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, HttpError> {
    let upgrade =
        upgrade.map_err(|_| HttpError::bad_request("Invalid WebSocket handshake: send one of version 13."))?;
    origin::check(&headers, host::authority(uri, &headers), &state.app.settings.server)?;
    let permit = ConnectionPermit::acquire(&state)?;
    // Read a message that is slightly too large to its end: a client that is still sending would not receive the
    // reason.
    let limit = state.app.settings.limits.body_size.saturating_mul(MAX_READ_FACTOR);
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(limit).max_frame_size(limit);
    Ok(upgrade.on_upgrade(move |socket| Connection::new(state, client, headers, socket, permit).run()))
}

//! GraphQL over a WebSocket:
//! <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>, subprotocol `graphql-transport-ws`.
//!
//! A loop of our own, since that of async-graphql-axum closes with other codes than the protocol has, accepts an id twice, waits for
//! `connection_init` for ever, and bounds no operations; its protocol extractor offers the subprotocol `graphql-ws` too. One task is one socket:
//! it reads, runs the operations and writes, so a client that does not read holds up nobody but itself, and nothing piles
//! up for it.

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
/// How many times as long as it may be a message is read.
const MAX_READ_FACTOR: usize = 4;

/// Whether a request wants to become a WebSocket.
pub fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Opens the socket that a request wants.
///
/// # Errors
/// When the request is no whole handshake, or comes from a page of another site; when there are too many sockets already.
pub fn open(
    state: AppState,
    client: ClientAddr,
    (uri, headers): (&Uri, HeaderMap),
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, HttpError> {
    let upgrade = upgrade.map_err(|_| HttpError::bad_request("This is no whole WebSocket handshake, version 13."))?;
    origin::check(&headers, host::authority(uri, &headers), &state.app.settings.server)?;
    let permit = ConnectionPermit::acquire(&state)?;
    // A message that is a little too long is read to its end, and answered: a client that is still sending would not hear why.
    let limit = state.app.settings.limits.body_size.saturating_mul(MAX_READ_FACTOR);
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(limit).max_frame_size(limit);
    Ok(upgrade.on_upgrade(move |socket| Connection::new(state, client, headers, socket, permit).run()))
}

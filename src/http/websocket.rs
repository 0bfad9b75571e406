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

use super::front::Front;
use super::host;
use super::peer::Peer;
use super::refusal::Refusal;
use super::streams::Open;
use connection::Connection;

/// The subprotocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// How many times as long as it may be a message is read.
const READ: usize = 4;

/// Whether a request wants to become a WebSocket.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Opens the socket that a request wants.
///
/// # Errors
/// When the request is no whole handshake, or comes from a page of another site; when there are too many sockets already.
pub fn open(
    front: Front,
    peer: Peer,
    (uri, headers): (&Uri, HeaderMap),
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let upgrade = upgrade.map_err(|_| Refusal::malformed("This is no whole WebSocket handshake, version 13."))?;
    origin::check(&headers, host::authority(uri, &headers), &front.app.settings.server)?;
    let open = Open::begin(&front)?;
    // A message that is a little too long is read to its end, and answered: a client that is still sending would not hear why.
    let limit = front.app.settings.limits.body_size.saturating_mul(READ);
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(limit).max_frame_size(limit);
    Ok(upgrade.on_upgrade(move |socket| Connection::new(front, peer, headers, socket, open).run()))
}

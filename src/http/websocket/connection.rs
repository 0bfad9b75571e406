//! One WebSocket connection, from the handshake to its end.

use std::time::Duration;

use async_graphql::Request;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket};
use axum::http::HeaderMap;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until, timeout};

use super::PROTOCOL;
use super::close::Close;
use super::message::{self, ClientMessage, ServerMessage};
use super::operations::Operations;
use crate::config::SubscriptionSettings;
use crate::graphql::limit_exceeded;
use crate::http::client_addr::ClientAddr;
use crate::http::connection_limit::ConnectionPermit;
use crate::http::operation::{self, Event};
use crate::http::rate_limit::REJECTION_COST;
use crate::http::request_identity::{self, RequestIdentity};
use crate::http::state::AppState;

/// How often the client is pinged.
const PING_INTERVAL: Duration = Duration::from_secs(30);
/// How long the closing handshake can take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// A WebSocket connection.
pub struct Connection {
    state: AppState,
    client: ClientAddr,
    handshake: HeaderMap,
    socket: WebSocket,
    /// The caller, after `connection_init`.
    identity: Option<RequestIdentity>,
    operations: Operations,
    /// Whether a message arrived since the last ping.
    is_alive: bool,
    _permit: ConnectionPermit,
}

/// How a connection ends.
enum End {
    /// The server closes it.
    Close(Close),
    /// The client closes it and waits for our close frame.
    Closed,
    /// The connection is broken.
    Broken,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

impl Connection {
    pub fn new(
        state: AppState,
        client: ClientAddr,
        handshake: HeaderMap,
        socket: WebSocket,
        permit: ConnectionPermit,
    ) -> Self {
        Self {
            state,
            client,
            handshake,
            socket,
            identity: None,
            operations: Operations::default(),
            is_alive: true,
            _permit: permit,
        }
    }

    pub async fn run(mut self) {
        let stopped = self.state.shutdown.signal.child_token();
        let end = tokio::select! {
            () = stopped.cancelled() => Close::going_away().into(),
            end = self.serve_until_end() => end,
        };
        // Drop the operations first: their results would not be sent.
        self.operations = Operations::default();
        let closing = async {
            match end {
                End::Close(close) => self.close(close).await,
                End::Closed => self.answer_close().await,
                End::Broken => {}
            }
        };
        let _ = timeout(CLOSE_TIMEOUT, closing).await;
    }

    /// Sends a close frame, and waits until the client has received it.
    async fn close(&mut self, close: Close) {
        if self.socket.send(close.into_frame()).await.is_err() {
            return;
        }
        loop {
            match self.socket.recv().await {
                None => return,
                Some(Ok(_)) => {}
                // Closing the connection while the client is still sending would discard the close frame.
                Some(Err(_)) => std::future::pending().await,
            }
        }
    }

    /// Sends the close frame that answers the client's. The library has queued it and sends it while the socket is
    /// read; the stream ends after that: <https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1>.
    async fn answer_close(&mut self) {
        while let Some(Ok(_)) = self.socket.recv().await {}
    }

    async fn serve_until_end(&mut self) -> End {
        match self.serve().await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn serve(&mut self) -> Result<std::convert::Infallible, End> {
        if self.socket.protocol().is_none_or(|protocol| protocol.as_bytes() != PROTOCOL.as_bytes()) {
            return Err(Close::subprotocol().into());
        }
        let deadline = Instant::now() + self.settings().init_timeout;
        let mut heartbeat = heartbeat();
        loop {
            tokio::select! {
                message = self.socket.recv() => self.receive(message).await?,
                (id, event) = self.operations.next() => self.forward(id, event).await?,
                () = sleep_until(deadline), if self.identity.is_none() => return Err(Close::init_timeout().into()),
                _ = heartbeat.tick() => self.check_liveness().await?,
            }
        }
    }

    fn settings(&self) -> &SubscriptionSettings {
        &self.state.app.settings.subscriptions
    }

    /// Returns the maximum size of a message, in bytes.
    fn message_limit(&self) -> usize {
        self.state.app.settings.limits.body_size
    }

    async fn receive(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        self.is_alive = true;
        match message {
            None => Err(End::Broken),
            Some(Ok(Message::Close(_))) => Err(End::Closed),
            Some(Err(_)) => Err(Close::unreadable(self.message_limit()).into()),
            // The library answers pings.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Text(text))) if text.len() > self.message_limit() => {
                Err(Close::unreadable(self.message_limit()).into())
            }
            Some(Ok(Message::Binary(_))) => Err(Close::invalid("Messages must be text").into()),
            Some(Ok(Message::Text(text))) => self.handle(ClientMessage::parse(&text)?).await,
        }
    }

    async fn handle(&mut self, message: ClientMessage) -> Result<(), End> {
        match message {
            ClientMessage::ConnectionInit(_) if self.identity.is_some() => Err(Close::second_init().into()),
            ClientMessage::ConnectionInit(payload) => {
                let headers = message::identity_headers(&self.handshake, &payload)?;
                let identity = request_identity::identify(&self.state.app.authenticator, &headers, self.client).await;
                let identity = identity.inspect_err(|error| {
                    if error.status().is_client_error() {
                        // The client gets this error even if its budget is exhausted, since it would retry after that one.
                        let _ =
                            self.state.rate_limiter.charge(&RequestIdentity::anonymous(self.client), REJECTION_COST);
                    }
                });
                self.identity = Some(identity.map_err(Close::from)?);
                self.send_message(ServerMessage::ConnectionAck).await
            }
            ClientMessage::Ping(payload) => self.send_message(ServerMessage::Pong { payload }).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe { id, request } => self.start(id, *request).await,
            ClientMessage::Complete { id } => {
                self.operations.stop(&id);
                Ok(())
            }
        }
    }

    async fn start(&mut self, id: String, request: Request) -> Result<(), End> {
        let Some(identity) = &self.identity else { return Err(Close::unauthorized().into()) };
        if self.operations.has(&id) {
            return Err(Close::duplicate(&id).into());
        }
        let (limit, open) = (self.settings().max_operations, self.operations.count());
        if open >= limit {
            let error = limit_exceeded("Too many open operations on this WebSocket.", limit, open + 1);
            return self.send_message(ServerMessage::Error { id: &id, payload: &[error] }).await;
        }
        let events = operation::start(self.state.clone(), identity.clone(), &self.handshake, request);
        self.operations.start(id, events);
        Ok(())
    }

    async fn forward(&mut self, id: String, event: Event) -> Result<(), End> {
        if !matches!(event, Event::Next(_)) {
            self.operations.stop(&id);
        }
        match event {
            Event::Next(response) => self.send_message(ServerMessage::next(&id, &response)).await,
            Event::Failed(response) => {
                self.send_message(ServerMessage::Error { id: &id, payload: &response.errors }).await
            }
            Event::Complete => self.send_message(ServerMessage::Complete { id: &id }).await,
            Event::Unauthorized(error) => Err(Close::from(error).into()),
        }
    }

    async fn send_message(&mut self, message: ServerMessage<'_>) -> Result<(), End> {
        // A serialization failure is a bug, so close the connection.
        let text = message.to_text().map_err(|_| End::Broken)?;
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        let send_timeout = self.settings().send_timeout;
        match timeout(send_timeout, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Broken),
            Err(_) => Err(Close::slow_client().into()),
        }
    }

    /// Pings the client, and detects a connection that broke silently, as behind a proxy or on a lost network.
    async fn check_liveness(&mut self) -> Result<(), End> {
        if !std::mem::take(&mut self.is_alive) {
            return Err(End::Broken);
        }
        self.send(Message::Ping(Bytes::new())).await
    }
}

fn heartbeat() -> Interval {
    let mut heartbeat = interval(PING_INTERVAL);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heartbeat.reset();
    heartbeat
}

//! One socket, from the handshake to its end.

use std::time::Duration;

use async_graphql::Request;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket};
use axum::http::HeaderMap;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until, timeout};

use super::PROTOCOL;
use super::close::Close;
use super::message::{self, FromClient, FromServer};
use super::operations::Operations;
use crate::config::SubscriptionSettings;
use crate::graphql::limit_exceeded;
use crate::http::access::{self, Access};
use crate::http::front::Front;
use crate::http::operation::{self, Event};
use crate::http::peer::Peer;
use crate::http::streams::Open;

/// How often the client is asked whether it is still there.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How long a client may take to answer that it has heard of the end.
const FAREWELL: Duration = Duration::from_secs(1);

/// One socket.
pub struct Connection {
    front: Front,
    peer: Peer,
    handshake: HeaderMap,
    socket: WebSocket,
    /// Who asks, once they have said so.
    access: Option<Access>,
    operations: Operations,
    /// Whether anything came since the last heartbeat.
    heard: bool,
    _open: Open,
}

/// How a socket ends.
enum End {
    /// We close it.
    Close(Close),
    /// The client closes it and waits for our close frame.
    Closed,
    /// The connection is broken.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

impl Connection {
    pub fn new(front: Front, peer: Peer, handshake: HeaderMap, socket: WebSocket, open: Open) -> Self {
        Self {
            front,
            peer,
            handshake,
            socket,
            access: None,
            operations: Operations::default(),
            heard: true,
            _open: open,
        }
    }

    pub async fn run(mut self) {
        let stopped = self.front.shutdown.signal.child_token();
        let end = tokio::select! {
            () = stopped.cancelled() => Close::going_away().into(),
            end = self.talk() => end,
        };
        // What still runs is dropped first: nothing of it would be told any more.
        self.operations = Operations::default();
        let farewell = async {
            match end {
                End::Close(close) => self.close(close).await,
                End::Closed => self.answer_close().await,
                End::Gone => {}
            }
        };
        let _ = timeout(FAREWELL, farewell).await;
    }

    /// Says why, and waits until the client has heard it.
    async fn close(&mut self, close: Close) {
        if self.socket.send(close.into_frame()).await.is_err() {
            return;
        }
        loop {
            match self.socket.recv().await {
                None => return,
                Some(Ok(_)) => {}
                // Whoever is still sending what cannot be read would lose what was said if the connection went now.
                Some(Err(_)) => std::future::pending().await,
            }
        }
    }

    /// Sends the close frame that answers the client's. The library has queued it and sends it while it is read from; it ends
    /// once that is done: <https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1>.
    async fn answer_close(&mut self) {
        while let Some(Ok(_)) = self.socket.recv().await {}
    }

    async fn talk(&mut self) -> End {
        match self.listen().await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn listen(&mut self) -> Result<std::convert::Infallible, End> {
        if self.socket.protocol().is_none_or(|protocol| protocol.as_bytes() != PROTOCOL.as_bytes()) {
            return Err(Close::subprotocol().into());
        }
        let deadline = Instant::now() + self.settings().init_timeout;
        let mut heartbeat = heartbeat();
        loop {
            tokio::select! {
                message = self.socket.recv() => self.hear(message).await?,
                (id, event) = self.operations.next() => self.tell(id, event).await?,
                () = sleep_until(deadline), if self.access.is_none() => return Err(Close::init_timeout().into()),
                _ = heartbeat.tick() => self.beat().await?,
            }
        }
    }

    fn settings(&self) -> &SubscriptionSettings {
        &self.front.app.settings.subscriptions
    }

    /// Bytes that a message may have.
    fn message_limit(&self) -> usize {
        self.front.app.settings.limits.body_size
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        self.heard = true;
        match message {
            None => Err(End::Gone),
            Some(Ok(Message::Close(_))) => Err(End::Closed),
            Some(Err(_)) => Err(Close::unreadable(self.message_limit()).into()),
            // The answer to a ping goes out by itself.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Text(text))) if text.len() > self.message_limit() => {
                Err(Close::unreadable(self.message_limit()).into())
            }
            Some(Ok(Message::Binary(_))) => Err(Close::invalid("Messages are text").into()),
            Some(Ok(Message::Text(text))) => self.obey(FromClient::read(&text)?).await,
        }
    }

    async fn obey(&mut self, message: FromClient) -> Result<(), End> {
        match message {
            FromClient::ConnectionInit(_) if self.access.is_some() => Err(Close::second_init().into()),
            FromClient::ConnectionInit(payload) => {
                let headers = message::headers(&self.handshake, &payload)?;
                let access = access::access(&self.front.app.authenticator, &headers, self.peer).await;
                self.access = Some(access.map_err(Close::from)?);
                self.say(FromServer::ConnectionAck).await
            }
            FromClient::Ping(payload) => self.say(FromServer::Pong { payload }).await,
            FromClient::Pong => Ok(()),
            FromClient::Subscribe { id, request } => self.start(id, *request).await,
            FromClient::Complete { id } => {
                self.operations.stop(&id);
                Ok(())
            }
        }
    }

    async fn start(&mut self, id: String, request: Request) -> Result<(), End> {
        let Some(access) = &self.access else { return Err(Close::unauthorized().into()) };
        if self.operations.has(&id) {
            return Err(Close::duplicate(&id).into());
        }
        let (limit, open) = (self.settings().max_operations, self.operations.count());
        if open >= limit {
            let error = limit_exceeded("A WebSocket may have only so many operations open at once.", limit, open + 1);
            return self.say(FromServer::Error { id: &id, payload: &[error] }).await;
        }
        let events = operation::resume(self.front.clone(), access.clone(), &self.handshake, request);
        self.operations.start(id, events);
        Ok(())
    }

    async fn tell(&mut self, id: String, event: Event) -> Result<(), End> {
        if !matches!(event, Event::Next(_)) {
            self.operations.stop(&id);
        }
        match event {
            Event::Next(answer) => self.say(FromServer::next(&id, &answer)).await,
            Event::Failed(answer) => self.say(FromServer::Error { id: &id, payload: &answer.errors }).await,
            Event::Complete => self.say(FromServer::Complete { id: &id }).await,
            Event::Denied(refusal) => Err(Close::from(refusal).into()),
        }
    }

    async fn say(&mut self, message: FromServer<'_>) -> Result<(), End> {
        // What cannot be written is a defect of ours, and nothing to go on after.
        let text = message.text().map_err(|_| End::Gone)?;
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        let patience = self.settings().send_timeout;
        match timeout(patience, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(Close::slow().into()),
        }
    }

    /// A client that is gone without a word, as through a proxy or a lost network, is found out here.
    async fn beat(&mut self) -> Result<(), End> {
        if !std::mem::take(&mut self.heard) {
            return Err(End::Gone);
        }
        self.send(Message::Ping(Bytes::new())).await
    }
}

fn heartbeat() -> Interval {
    let mut heartbeat = interval(HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heartbeat.reset();
    heartbeat
}

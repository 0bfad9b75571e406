//! A WebSocket client that writes and reads the messages of the protocol itself.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::site::{PATIENCE, Site};

pub const PROTOCOL: &str = "graphql-transport-ws";

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The subprotocol that the server chose.
    pub protocol: Option<String>,
}

impl Socket {
    /// Connects, with these additional headers in the handshake.
    ///
    /// # Errors
    /// Returns the status if the server does not switch protocols.
    pub async fn try_open(site: &Site, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let mut request = format!("ws://{}/graphql", site.address).into_client_request().expect("it is an address");
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).expect("it fits into a header"));
        }
        match connect_async(request).await {
            Ok((stream, response)) => {
                let protocol = response.headers().get("sec-websocket-protocol");
                let protocol = protocol.map(|value| value.to_str().expect("it is ASCII").to_owned());
                Ok(Self { stream, protocol })
            }
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("there is no handshake: {error}"),
        }
    }

    /// Connects.
    pub async fn open(site: &Site) -> Self {
        Self::try_open(site, &[("sec-websocket-protocol", PROTOCOL)]).await.expect("it is taken")
    }

    /// Connects and authenticates.
    pub async fn ready(site: &Site, payload: Value) -> Self {
        let mut socket = Self::open(site).await;
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }

    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    pub async fn send(&mut self, message: Message) {
        self.stream.send(message).await.expect("it is open");
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(json!({ "id": id, "type": "subscribe", "payload": { "query": query } })).await;
    }

    /// Returns the next message of the protocol.
    pub async fn hear(&mut self) -> Value {
        match self.frame().await {
            Message::Text(text) => serde_json::from_str(&text).expect("it is JSON"),
            other => panic!("no message of the protocol: {other:?}"),
        }
    }

    /// Returns the response in the next message, which must belong to this operation.
    pub async fn next(&mut self, id: &str) -> Value {
        let mut message = self.hear().await;
        assert!(message["type"] == "next" && message["id"] == id, "{message}");
        message["payload"].take()
    }

    /// Returns the code and the reason with which the server closes the socket.
    pub async fn closed(&mut self) -> (u16, String) {
        match self.frame().await {
            Message::Close(Some(frame)) => (frame.code.into(), frame.reason.to_string()),
            other => panic!("it is not closed: {other:?}"),
        }
    }

    /// Closes the socket with this code. Returns the code of the close frame in response; `None` if the connection just
    /// ends.
    pub async fn close(&mut self, code: u16) -> Option<u16> {
        let frame = CloseFrame { code: code.into(), reason: "done".into() };
        self.send(Message::Close(Some(frame))).await;
        loop {
            match timeout(PATIENCE, self.stream.next()).await.expect("something comes") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// Waits, without reading, until the server has closed the socket.
    pub async fn pushed_out(&mut self) {
        let knocking = async {
            while self.stream.send(Message::text(r#"{"type":"pong"}"#)).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, knocking).await.expect("it is let go of");
    }

    async fn frame(&mut self) -> Message {
        loop {
            let frame = timeout(PATIENCE, self.stream.next()).await.expect("something comes");
            match frame.expect("it is open").expect("it is read") {
                Message::Ping(_) | Message::Pong(_) => {}
                frame => return frame,
            }
        }
    }
}

//! Connections that are slow, numerous or long-lived.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Sends the beginning of a request, and then the same bytes repeatedly. Returns the response and the time until the
/// connection ended, at most a minute.
pub async fn drip(address: &str, first: &str, drip: &str) -> (String, Duration) {
    let begin = Instant::now();
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    socket.write_all(first.as_bytes()).await.expect("it reads");
    let mut answer = Vec::new();
    while begin.elapsed() < Duration::from_mins(1) {
        if socket.write_all(drip.as_bytes()).await.is_err() {
            break;
        }
        match timeout(Duration::from_millis(100), socket.read_buf(&mut answer)).await {
            Ok(Ok(1..)) | Err(_) => {}
            Ok(_) => break,
        }
    }
    (String::from_utf8_lossy(&answer).into_owned(), begin.elapsed())
}

async fn socket(address: &str) -> Socket {
    let mut request = format!("ws://{address}/graphql").into_client_request().expect("it is a request");
    let protocol = "graphql-transport-ws".parse().expect("it is a value");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = connect_async(request).await.expect("it is opened");
    say(&mut socket, &json!({ "type": "connection_init" })).await;
    socket
}

async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::Text(Utf8Bytes::from(message.to_string()))).await.expect("it reads");
}

/// Subscribes repeatedly over one socket. Returns how many subscriptions were accepted and rejected.
pub async fn subscribe(address: &str, count: usize) -> (usize, usize) {
    let socket = socket(address).await;
    let (mut sending, mut receiving) = socket.split();
    let send = async move {
        for id in 0..count {
            let query = "subscription { catalogChanged { cursor } }";
            let message = json!({ "type": "subscribe", "id": id.to_string(), "payload": { "query": query } });
            sending.send(Message::Text(Utf8Bytes::from(message.to_string()))).await.expect("it reads");
        }
        sending.send(Message::Text(Utf8Bytes::from_static("{\"type\":\"ping\"}"))).await.expect("it reads");
        sending
    };
    let hear = async move {
        let mut refused = 0;
        while let Some(Ok(message)) = receiving.next().await {
            let Message::Text(text) = message else { continue };
            let message: Value = serde_json::from_str(&text).expect("it is JSON");
            match message["type"].as_str() {
                Some("error") => refused += 1,
                Some("pong") => break,
                _ => {}
            }
        }
        refused
    };
    let (_open, refused) = tokio::join!(send, hear);
    (count - refused, refused)
}

/// Sends a message of two mebibytes. Returns the close code of the socket.
pub async fn oversized(address: &str) -> Option<u16> {
    let mut socket = socket(address).await;
    let long = Utf8Bytes::from("x".repeat(2 << 20));
    // The socket can be closed before all of it is sent.
    let _ = socket.send(Message::Text(long)).await;
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(frame) = message {
            return frame.map(|frame| frame.code.into());
        }
    }
    None
}

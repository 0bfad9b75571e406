//! Clients that are slow or use up connections, over HTTP/1.1 and HTTP/2.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;

use crate::abuse::http2::{
    self, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, Http2, RST_STREAM, WIDE, frame,
};
use crate::abuse::server::Server;
use crate::abuse::slow;

/// The maximum lifetime of a connection that is too slow: twice the longest of [`LIMITS`], and a margin for a busy
/// machine.
const SOON: Duration = Duration::from_secs(15);
const LIMITS: [&str; 14] = [
    "--http-header-timeout",
    "2s",
    "--http-body-timeout",
    "2s",
    "--http-send-timeout",
    "2s",
    "--http-keep-alive-interval",
    "1s",
    "--http-keep-alive-timeout",
    "1s",
    "--http-max-concurrent-streams",
    "50",
    "--http-max-header-size",
    "16KiB",
];
/// A response of some 200 kB.
const LARGE: &str = "/schema.graphql";

#[tokio::test]
async fn http1_clients_that_send_slowly_are_disconnected() {
    let server = Server::with(&LIMITS);
    let request = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let body = format!("{request}Content-Length: 100000\r\n\r\n{{");
    // The first bytes, and the bytes that are then sent repeatedly.
    let clients = [("", ""), ("P", ""), ("PRI * HTTP/2.0\r\n", ""), (request, "x"), (&body, ""), (&body, " ")];
    let ended = join_all(clients.map(|(first, drip)| slow::drip(server.address(), first, drip)));
    let (ended, ()) = tokio::join!(ended, server.asks_well());
    for ((first, drip), (answer, took)) in clients.iter().zip(ended) {
        assert!(took < SOON, "{first:?} and {drip:?}: {took:?}");
        assert_eq!(answer.starts_with("HTTP/1.1 408 "), *first == body, "{first:?}: {answer}");
    }
}

#[tokio::test]
async fn http2_clients_that_send_slowly_are_disconnected() {
    let server = Server::with(&LIMITS);
    let silent = async {
        let mut client = Http2::open(server.address(), WIDE).await;
        client.until_closed(None).await
    };
    let headers = async {
        let mut client = Http2::open(server.address(), WIDE).await;
        client.send(HEADERS, END_STREAM, 1, &http2::post(2)).await.expect("it reads");
        client.until_closed(Some(&frame(CONTINUATION, 0, 1, b""))).await
    };
    let body = async {
        let mut client = Http2::open(server.address(), WIDE).await;
        client.send(HEADERS, END_HEADERS, 1, &http2::post(100_000)).await.expect("it reads");
        client.until_closed(Some(&frame(DATA, 0, 1, b" "))).await
    };
    let (silent, headers, body, ()) = tokio::join!(silent, headers, body, server.asks_well());
    for (name, (_, took)) in [("silent", &silent), ("headers", &headers), ("body", &body)] {
        assert!(*took < SOON, "{name}: {took:?}");
    }
    let text = |frame: &http2::Frame| String::from_utf8_lossy(&frame.payload).into_owned();
    let response_text = body.0.iter().filter(|frame| frame.kind == DATA).map(text).collect::<String>();
    assert!(response_text.contains("The request body did not arrive in time."), "{response_text}");
}

#[tokio::test]
async fn http1_clients_that_do_not_read_are_disconnected() {
    let server = Server::with(&LIMITS);
    let before = server.connections();
    let socket = TcpSocket::new_v4().expect("there is a socket");
    socket.set_recv_buffer_size(16 * 1024).expect("it can be small");
    let address = server.address().parse().expect("it is an address");
    let mut socket = socket.connect(address).await.expect("it listens");
    let request = format!("GET {LARGE} HTTP/1.1\r\nHost: x\r\n\r\n");
    // More than the buffers of the system hold.
    socket.write_all(request.repeat(100).as_bytes()).await.expect("it reads");
    assert!(server.until_connections(before).await < SOON);
    server.asks_well().await;
}

#[tokio::test]
async fn http2_clients_that_do_not_read_are_disconnected() {
    let server = Server::with(&LIMITS);
    let before = server.connections();
    // It reads nothing at all.
    let mut deaf = Http2::open(server.address(), WIDE).await;
    ask(&mut deaf, 50).await;
    assert!(server.until_connections(before).await < SOON);
    // It reads, and answers pings, but opens no window.
    for window in [0, 1] {
        let mut closed = Http2::open(server.address(), window).await;
        ask(&mut closed, 5).await;
        let (frames, took) = closed.until_closed(None).await;
        assert!(took < SOON, "{took:?}");
        let sent = frames.iter().filter(|frame| frame.kind == DATA).map(|frame| frame.payload.len()).sum::<usize>();
        assert_eq!(sent, 5 * window as usize);
    }
    server.asks_well().await;
}

async fn ask(client: &mut Http2, count: u32) {
    for number in 0..count {
        let stream = 2 * number + 1;
        client.send(HEADERS, END_HEADERS | END_STREAM, stream, &http2::get(LARGE)).await.expect("it reads");
    }
}

#[tokio::test]
async fn http2_clients_that_reset_streams_rapidly_are_disconnected() {
    let server = Server::with(&LIMITS);
    let before = server.spent();
    let mut client = Http2::open(server.address(), WIDE).await;
    let mut bytes = Vec::new();
    for number in 0..10_000_u32 {
        let stream = 2 * number + 1;
        bytes.extend(frame(HEADERS, END_HEADERS | END_STREAM, stream, &http2::get(LARGE)));
        bytes.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
    }
    // The connection can end before all of it is sent.
    let _ = client.send_bytes(&bytes).await;
    let (frames, took) = client.until_closed(None).await;
    assert!(took < SOON, "{took:?}");
    let last = frames.iter().filter(|frame| frame.kind == GOAWAY).map(http2::Frame::code).next_back();
    assert!(last.is_none_or(|code| code == http2::ENHANCE_YOUR_CALM), "{last:?}");
    let spent = server.spent().processor - before.processor;
    assert!(spent <= crate::abuse::PROCESSOR, "{spent} ms of the processor");
    server.asks_well().await;
}

#[tokio::test]
async fn http2_headers_without_an_end_are_bounded() {
    let server = Server::with(&LIMITS);
    let before = server.spent();
    let mut client = Http2::open(server.address(), WIDE).await;
    client.send(HEADERS, END_STREAM, 1, &http2::get("/")).await.expect("it reads");
    // A header whose name is not in the table; each frame contains many.
    let headers = b"\x00\x01a\x64".iter().chain(&[b'x'; 100]).copied().collect::<Vec<_>>().repeat(150);
    let begin = Instant::now();
    while begin.elapsed() < SOON && client.send(CONTINUATION, 0, 1, &headers).await.is_ok() {}
    let (_, took) = client.until_closed(None).await;
    assert!(begin.elapsed() < SOON, "{took:?}");
    let memory = server.spent().memory.saturating_sub(before.memory);
    assert!(memory <= crate::abuse::MEMORY, "{memory} KiB more");
    server.asks_well().await;
}

#[tokio::test]
async fn http2_streams_beyond_the_limit_are_refused() {
    let server = Server::with(&LIMITS);
    let mut client = Http2::open(server.address(), WIDE).await;
    for number in 0..51 {
        client.send(HEADERS, END_HEADERS, 2 * number + 1, &http2::post(10)).await.expect("it reads");
    }
    let refused = loop {
        let frame = client.next().await.expect("the connection goes on");
        if frame.kind == RST_STREAM {
            break frame;
        }
    };
    assert_eq!((refused.stream, refused.code()), (101, http2::REFUSED_STREAM));
}

#[tokio::test]
async fn headers_that_are_too_large_are_rejected_by_both_protocols() {
    let server = Server::with(&LIMITS);
    let http2 = reqwest::Client::builder().http2_prior_knowledge().build().expect("there is a client");
    for client in [reqwest::Client::new(), http2] {
        let request = client.get(format!("http://{}/healthz", server.address()));
        let large = request.try_clone().expect("it has no body").header("x-large", "x".repeat(20_000));
        assert_eq!(large.send().await.expect("there is an answer").status(), 431);
        let small = request.header("x-large", "x".repeat(10_000));
        assert_eq!(small.send().await.expect("there is an answer").status(), 200);
    }
}

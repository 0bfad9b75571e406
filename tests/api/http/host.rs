//! The host of a request, byte by byte on the socket.

use syllabus::config::{CorsOrigins, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::site::Site;

/// Returns the response to a request with these header lines.
async fn answer(site: &Site, version: &str, lines: &str) -> String {
    answer_to(site, &format!("GET /healthz HTTP/{version}\r\n{lines}")).await
}

async fn connect(site: &Site) -> TcpStream {
    TcpStream::connect(site.base.trim_start_matches("http://")).await.expect("it listens")
}

/// Returns the response to a request with this head.
async fn answer_to(site: &Site, head: &str) -> String {
    let mut socket = connect(site).await;
    let head = format!("{head}Connection: close\r\n\r\n");
    socket.write_all(head.as_bytes()).await.expect("it is taken");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("it ends");
    answer
}

#[tokio::test]
async fn http_1_1_requires_one_valid_host() {
    let site = Site::start().await;
    for (lines, said) in [
        ("", "Missing Host header"),
        ("Host: a\r\nHost: b\r\n", "Duplicate Host header"),
        ("Host: a\r\nhost: a\r\n", "Duplicate Host header"),
        ("Host:\r\n", "Invalid Host header"),
        ("Host: a b\r\n", "Invalid Host header"),
        ("Host: http://a\r\n", "Invalid Host header"),
        ("Host: user@a\r\n", "Invalid Host header"),
        ("Host: a:port\r\n", "Invalid Host header"),
    ] {
        let answer = answer(&site, "1.1", lines).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{lines:?}: {answer}");
        assert!(answer.contains(said) && answer.contains("BAD_USER_INPUT"), "{lines:?}: {answer}");
        assert!(answer.contains("x-request-id: "), "{answer}");
    }
    for lines in ["Host: a\r\n", "Host: LEARN.example:4000\r\n", "Host: [::1]:4000\r\n", "Host: my_service\r\n"] {
        let answer = answer(&site, "1.1", lines).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{lines:?}: {answer}");
    }
}

#[tokio::test]
async fn http_1_0_requires_no_host() {
    let site = Site::start().await;
    assert!(answer(&site, "1.0", "").await.starts_with("HTTP/1.0 200 "));
    assert!(answer(&site, "1.0", "Host: a\r\nHost: b\r\n").await.starts_with("HTTP/1.0 400 "));
}

#[tokio::test]
async fn the_host_of_an_absolute_target_is_checked() {
    let site = Site::start().await;
    for (target, status) in [("u@a", 400), ("a:99999", 400), ("a:4000", 200)] {
        let answer = answer_to(&site, &format!("GET http://{target}/healthz HTTP/1.1\r\nHost: a\r\n")).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {answer}");
    }
}

#[tokio::test]
async fn preflights_require_a_host() {
    let mut settings = Settings::for_testing();
    settings.server.cors_origins = CorsOrigins::All;
    let site = Site::with(settings).await;
    let preflight = "OPTIONS /graphql HTTP/1.1\r\nOrigin: https://a\r\nAccess-Control-Request-Method: POST\r\n";
    for (host, status) in [("", 400), ("Host: u@a\r\n", 400), ("Host: a\r\nHost: a\r\n", 400), ("Host: a\r\n", 200)] {
        let answer = answer_to(&site, &format!("{preflight}{host}")).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{host:?}: {answer}");
        assert!(answer.contains("x-request-id: "), "{answer}");
    }
}

/// Encodes an HTTP/2 frame.
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("it is short");
    [&[0, 0, length, kind, flags, 0, 0, 0, stream], payload].concat()
}

/// The first byte of the response's header block, which is its status, to a GET over HTTP/2 with this authority.
async fn status_over_http2(site: &Site, authority: &str) -> u8 {
    const HEADERS: u8 = 1;
    const SETTINGS: u8 = 4;
    let mut socket = connect(site).await;
    let length = u8::try_from(authority.len()).expect("it is short");
    // GET, http and the names of :path and :authority are entries of HPACK's static table.
    let head = [b"\x82\x86\x04\x08/healthz\x01", [length].as_slice(), authority.as_bytes()].concat();
    let opening = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let sent = [opening, frame(SETTINGS, 0, 0, &[]), frame(HEADERS, 5, 1, &head)].concat();
    socket.write_all(&sent).await.expect("it is taken");
    loop {
        let mut head = [0; 9];
        socket.read_exact(&mut head).await.expect("it is open");
        let mut payload = vec![0; usize::from(u16::from_be_bytes([head[1], head[2]]))];
        socket.read_exact(&mut payload).await.expect("it is open");
        if head[3] == HEADERS {
            return payload[0];
        }
    }
}

#[tokio::test]
async fn the_authority_of_http_2_is_checked() {
    /// Entries of HPACK's static table.
    const OK: u8 = 0x88;
    const BAD_REQUEST: u8 = 0x8c;
    let site = Site::start().await;
    for (authority, status) in [("u@a", BAD_REQUEST), ("a:99999", BAD_REQUEST), ("a:4000", OK), ("[::1]:4000", OK)] {
        assert_eq!(status_over_http2(&site, authority).await, status, "{authority}");
    }
}

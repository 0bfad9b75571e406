//! The header `Host`, in raw requests.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::site::Site;

/// Returns the response to a request with these header lines.
async fn answer(site: &Site, version: &str, lines: &str) -> String {
    let address = site.base.trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    let head = format!("GET /healthz HTTP/{version}\r\n{lines}Connection: close\r\n\r\n");
    socket.write_all(head.as_bytes()).await.expect("it is taken");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("it ends");
    answer
}

#[tokio::test]
async fn http_1_1_requires_one_valid_host() {
    let site = Site::start().await;
    for (lines, said) in [
        ("", "requires the header Host"),
        ("Host: a\r\nHost: b\r\n", "more than once"),
        ("Host: a\r\nhost: a\r\n", "more than once"),
        ("Host:\r\n", "names no host"),
        ("Host: a b\r\n", "names no host"),
        ("Host: http://a\r\n", "names no host"),
        ("Host: user@a\r\n", "names no host"),
        ("Host: a:port\r\n", "names no host"),
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

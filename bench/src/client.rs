//! A minimal HTTP client, so that measurements are dominated by the server: one keep-alive connection, one request at a
//! time.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// An open connection.
pub struct Client {
    stream: BufReader<TcpStream>,
    head: String,
    body: Vec<u8>,
}

/// The destination of requests, and their headers.
#[derive(Clone, Debug)]
pub struct Target {
    /// `127.0.0.1:4000`
    pub address: String,
    pub path: String,
    /// Header lines, each with its line end.
    pub headers: String,
}

impl Target {
    /// Returns the bytes of a POST request with a query and its variables.
    #[must_use]
    pub fn post(&self, query: &str, variables: &Value) -> Vec<u8> {
        let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
        let Self { address, path, headers } = self;
        let length = body.len();
        format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
            .into_bytes()
    }
}

impl Client {
    /// # Errors
    /// Returns an error if the connection fails.
    pub async fn connect(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, stream), head: String::new(), body: Vec::new() })
    }

    /// Sends a request and returns the status and the body of the response.
    ///
    /// # Errors
    /// Returns an error if the connection ends or the response is not valid HTTP.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        let (mut status, mut length, mut chunked) = (0, 0, false);
        loop {
            self.head.clear();
            if self.stream.read_line(&mut self.head).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let line = self.head.trim_end();
            if line.is_empty() {
                break;
            }
            if status == 0 {
                status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(invalid_response)?;
            } else if let Some((name, value)) = line.split_once(':') {
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.trim().parse().map_err(|_| invalid_response())?,
                    "transfer-encoding" => chunked = true,
                    _ => {}
                }
            }
        }
        self.body.clear();
        if chunked {
            self.read_chunks().await?;
        } else {
            self.body.resize(length, 0);
            self.stream.read_exact(&mut self.body).await?;
        }
        Ok((status, &self.body))
    }

    async fn read_chunks(&mut self) -> io::Result<()> {
        loop {
            self.head.clear();
            self.stream.read_line(&mut self.head).await?;
            let length = usize::from_str_radix(self.head.trim_end(), 16).map_err(|_| invalid_response())?;
            let start = self.body.len();
            // The chunk and its line end.
            self.body.resize(start + length + 2, 0);
            self.stream.read_exact(&mut self.body[start..]).await?;
            self.body.truncate(start + length);
            if length == 0 {
                return Ok(());
            }
        }
    }
}

fn invalid_response() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "invalid HTTP response")
}

//! An HTTP/2 client that writes frames itself, so that it can violate the protocol:
//! <https://www.rfc-editor.org/rfc/rfc9113>

use std::io;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

const ACK: u8 = 1;
pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;

/// The error code of a stream that was not processed.
pub const REFUSED_STREAM: u32 = 7;
/// The error code for excessive load.
pub const ENHANCE_YOUR_CALM: u32 = 11;

/// How often a slow client checks for a response.
const LOOK: Duration = Duration::from_millis(100);
/// The maximum time until the server closes a connection.
const PATIENCE: Duration = Duration::from_mins(1);
/// The largest window.
pub const WIDE: u32 = (1 << 31) - 1;

pub struct Frame {
    pub kind: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    /// The error code of a GOAWAY or `RST_STREAM` frame.
    pub fn code(&self) -> u32 {
        let at = if self.kind == GOAWAY { 4 } else { 0 };
        u32::from_be_bytes(self.payload[at..at + 4].try_into().expect("it has four bytes"))
    }
}

/// One connection.
pub struct Http2 {
    socket: TcpStream,
    came: Vec<u8>,
}

impl Http2 {
    /// Opens a connection with this initial window for each stream.
    pub async fn open(address: &str, window: u32) -> Self {
        let socket = TcpSocket::new_v4().expect("there is a socket");
        // Unread data stays with the server.
        socket.set_recv_buffer_size(16 * 1024).expect("it can be small");
        let socket = socket.connect(address.parse().expect("it is an address")).await.expect("it listens");
        let mut client = Self { socket, came: Vec::new() };
        client.socket.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("it reads");
        let initial_window = [&[0, 4], window.to_be_bytes().as_slice()].concat();
        client.send(SETTINGS, 0, 0, &initial_window).await.expect("it reads");
        let more = WIDE - 65_535;
        client.send(WINDOW_UPDATE, 0, 0, &more.to_be_bytes()).await.expect("it reads");
        client
    }

    pub async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
        self.socket.write_all(&frame(kind, flags, stream, payload)).await
    }

    /// Sends encoded frames.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.socket.write_all(bytes).await
    }

    /// Returns the next frame; `None` if the connection ended. Answers pings and settings, as a live client does.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            let frame = self.read().await?;
            match (frame.kind, frame.payload.len()) {
                (PING, _) => self.send(PING, ACK, 0, &frame.payload).await.ok()?,
                (SETTINGS, 1..) => self.send(SETTINGS, ACK, 0, &[]).await.ok()?,
                (SETTINGS | WINDOW_UPDATE, _) => {}
                _ => return Some(frame),
            }
        }
    }

    async fn read(&mut self) -> Option<Frame> {
        loop {
            if let Some((head, rest)) = self.came.split_first_chunk::<9>() {
                let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
                if rest.len() >= length {
                    let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
                    let frame = Frame { kind: head[3], stream, payload: rest[..length].to_vec() };
                    self.came.drain(..9 + length);
                    return Some(frame);
                }
            }
            if self.socket.read_buf(&mut self.came).await.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    /// Reads until the connection ends, and sends the frame `drip` from time to time if it is given. Returns the frames
    /// and the elapsed time.
    pub async fn until_closed(&mut self, drip: Option<&[u8]>) -> (Vec<Frame>, Duration) {
        let begin = Instant::now();
        let mut frames = Vec::new();
        while begin.elapsed() < PATIENCE {
            match timeout(LOOK, self.next()).await {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(_) => {
                    if let Some(drip) = drip
                        && self.socket.write_all(drip).await.is_err()
                    {
                        break;
                    }
                }
            }
        }
        (frames, begin.elapsed())
    }
}

pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("it is short").to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// The headers of `GET` for a path, in HPACK's static table: <https://www.rfc-editor.org/rfc/rfc7541#appendix-A>
pub fn get(path: &str) -> Vec<u8> {
    [&[0x82, 0x86], literal(&[0x04], path).as_slice(), &literal(&[0x01], "localhost")].concat()
}

/// The headers of `POST /graphql` with a body of `length` bytes.
pub fn post(length: usize) -> Vec<u8> {
    let mut headers = vec![0x83, 0x86];
    headers.extend(literal(&[0x04], "/graphql"));
    headers.extend(literal(&[0x01], "localhost"));
    headers.extend(literal(&[0x0f, 0x10], "application/json"));
    headers.extend(literal(&[0x0f, 0x0d], &length.to_string()));
    headers
}

/// A header whose name is in the table.
fn literal(name: &[u8], value: &str) -> Vec<u8> {
    let length = u8::try_from(value.len()).expect("it is short");
    [name, &[length], value.as_bytes()].concat()
}

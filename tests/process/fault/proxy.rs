//! A proxy in front of PostgreSQL that ends a connection at the nth statement.
//!
//! Clients send messages up to a `Sync`, or a simple `Query`, and then wait for `ReadyForQuery`. Such a round trip is what
//! is counted here: <https://www.postgresql.org/docs/current/protocol-flow.html>.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use sea_orm::{ConnectionTrait, DatabaseConnection};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream, UnixStream, unix};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// When a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The statement does not reach PostgreSQL.
    Before,
    /// PostgreSQL has executed the statement, and its answer does not reach the client.
    After,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// An administrator terminates the backend, and PostgreSQL says so.
    Terminated,
    /// The connection breaks without an error message.
    Cut,
}

/// The planned fault, and the faults that have occurred.
struct Armed {
    nth: u64,
    counted: u64,
    moment: Moment,
    end: End,
    injected: Option<Ended>,
}

/// A statement at which a connection ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub is_commit: bool,
}

struct Shared {
    socket: PathBuf,
    administrator: DatabaseConnection,
    armed: Mutex<Option<Armed>>,
}

/// A proxy that listens on the loopback for as long as the test runs.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

impl Proxy {
    pub async fn start(socket: &Path, administrator: DatabaseConnection) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared { socket: socket.to_owned(), administrator, armed: Mutex::default() });
        let accepting = shared.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = accepting.clone();
                tokio::spawn(async move { Connection::open(client, shared).await?.relay().await });
            }
        });
        Self { port, shared }
    }

    /// The address of a database behind it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://syllabus@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// Ends the connection that sends the `nth` statement from now on.
    pub fn arm(&self, nth: u64, moment: Moment, end: End) {
        *self.shared.armed() = Some(Armed { nth, counted: 0, moment, end, injected: None });
    }

    /// Stops ending connections. Returns the statement at which one ended, if any.
    pub fn disarm(&self) -> Option<Ended> {
        self.shared.armed().take()?.injected
    }
}

impl Shared {
    fn armed(&self) -> MutexGuard<'_, Option<Armed>> {
        self.armed.lock().expect("nobody panics with it")
    }

    /// Counts a statement. Returns when and how to end the connection, if this is the nth one.
    fn count(&self, message: &[u8]) -> Option<(Moment, End)> {
        let mut armed = self.armed();
        let armed = armed.as_mut()?;
        armed.counted += 1;
        if armed.counted != armed.nth {
            return None;
        }
        armed.injected = Some(Ended { is_commit: message.get(5..).is_some_and(|sql| sql.starts_with(b"COMMIT")) });
        Some((armed.moment, armed.end))
    }
}

/// One connection of a client, with its own to PostgreSQL.
struct Connection {
    shared: Arc<Shared>,
    from_client: UnboundedReceiver<Vec<u8>>,
    to_client: OwnedWriteHalf,
    from_server: UnboundedReceiver<Vec<u8>>,
    to_server: unix::OwnedWriteHalf,
    /// The process that serves it.
    backend: i32,
}

impl Connection {
    /// Forwards the startup message, which has no type.
    async fn open(client: TcpStream, shared: Arc<Shared>) -> Option<Self> {
        // Small messages must not be delayed.
        client.set_nodelay(true).ok()?;
        let (mut client, to_client) = client.into_split();
        let (server, mut to_server) = UnixStream::connect(&shared.socket).await.ok()?.into_split();
        let startup = read(&mut client, 0).await?;
        to_server.write_all(&startup).await.ok()?;
        let (from_client, from_server) = (messages(client), messages(server));
        Some(Self { shared, from_client, to_client, from_server, to_server, backend: 0 })
    }

    /// Forwards everything until either side closes or the fault is due.
    async fn relay(mut self) -> Option<()> {
        // The messages of the current statement.
        let mut held = Vec::new();
        loop {
            tokio::select! {
                message = self.from_server.recv() => {
                    let message = message?;
                    if let (Some(b'K'), Some(pid)) = (message.first(), message.get(5..9)) {
                        self.backend = i32::from_be_bytes(pid.try_into().ok()?);
                    }
                    self.to_client.write_all(&message).await.ok()?;
                }
                message = self.from_client.recv() => {
                    let message = message?;
                    held.extend_from_slice(&message);
                    let end = match message.first()? {
                        b'P' | b'B' | b'D' | b'E' | b'C' => continue,
                        b'Q' | b'S' => self.shared.count(&message),
                        _ => None,
                    };
                    if end.is_none_or(|(moment, _)| moment == Moment::After) {
                        self.to_server.write_all(&held).await.ok()?;
                        held.clear();
                    }
                    if let Some((moment, end)) = end {
                        return self.end(moment, end).await;
                    }
                }
            }
        }
    }

    async fn end(mut self, moment: Moment, end: End) -> Option<()> {
        while moment == Moment::After && *self.from_server.recv().await?.first()? != b'Z' {}
        if end == End::Terminated {
            let terminate = format!("SELECT pg_terminate_backend({})", self.backend);
            self.shared.administrator.execute_unprepared(&terminate).await.expect("it can be terminated");
            // PostgreSQL reports the termination and closes the connection.
            while let Some(message) = self.from_server.recv().await {
                self.to_client.write_all(&message).await.ok()?;
            }
        }
        Some(())
    }
}

/// Reads messages until the stream ends.
fn messages(mut from: impl AsyncRead + Unpin + Send + 'static) -> UnboundedReceiver<Vec<u8>> {
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(message) = read(&mut from, 1).await {
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Reads one message: its type, of this many bytes, its length and its payload.
async fn read(from: &mut (impl AsyncRead + Unpin), type_bytes: usize) -> Option<Vec<u8>> {
    let head = type_bytes + 4;
    let mut message = vec![0; head];
    from.read_exact(&mut message).await.ok()?;
    let length = u32::from_be_bytes(message[type_bytes..].try_into().ok()?);
    message.resize(type_bytes + usize::try_from(length).ok()?, 0);
    from.read_exact(&mut message[head..]).await.ok()?;
    Some(message)
}

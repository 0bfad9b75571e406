//! A proxy between a server and PostgreSQL that holds back single messages for as long as a test needs.

use std::mem::replace;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use url::Url;

const BYTES: usize = 64 * 1024;
/// The type of the message with an asynchronous notification.
const NOTIFICATION: u8 = b'A';

/// The message to hold back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    Nothing,
    /// The response to the next `COMMIT` of a write: it has taken effect, and the server does not know.
    ResponseToCommit,
    /// The next `COMMIT` of a write itself; the server loses its connection at once.
    CommitAndConnection,
    /// Notifications of other servers.
    Notifications,
    /// The responses to statements that contain the text of the gate, and notifications.
    ResponseToRead,
}

/// The state of the message that is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    Holding,
    Released,
}

type Reading = Pin<Box<dyn AsyncRead + Send>>;
type Writing = Pin<Box<dyn AsyncWrite + Send>>;

/// The gate; it closes when it is dropped.
pub struct Gate {
    url: String,
    state: Arc<State>,
    _directory: TempDir,
}

struct State {
    held: Mutex<Held>,
    /// The text in the statements, or their parameters, whose responses are held back.
    text: Mutex<String>,
    stage: watch::Sender<Stage>,
    postgres: Url,
}

impl Gate {
    /// Opens a gate in front of a PostgreSQL database; `None` for SQLite, which has no connection.
    pub fn before(url: &str) -> Option<Self> {
        let postgres = Url::parse(url).ok().filter(|url| url.scheme().starts_with("postgres"))?;
        let directory = tempfile::tempdir().expect("the disk has space");
        let listener = UnixListener::bind(directory.path().join(".s.PGSQL.5432")).expect("it can be bound");
        let mut own = postgres.clone();
        own.set_port(None).expect("it has a host");
        own.query_pairs_mut().clear().append_pair("host", &directory.path().display().to_string());
        let (held, text) = (Mutex::new(Held::Nothing), Mutex::default());
        let state = Arc::new(State { held, text, stage: watch::Sender::new(Stage::Waiting), postgres });
        let opened = state.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(opened.clone().pass(client));
            }
        });
        Some(Self { url: own.into(), state, _directory: directory })
    }

    /// The address of the database through the gate.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Starts to hold back a message.
    pub fn hold(&self, held: Held) {
        self.state.stage.send_replace(Stage::Waiting);
        *self.state.held() = held;
    }

    /// Starts to hold back the responses to statements that contain a text, in their parameters too, and notifications.
    pub fn hold_response_to(&self, text: &str) {
        text.clone_into(&mut self.state.text());
        self.hold(Held::ResponseToRead);
    }

    /// Waits until the message is held back.
    pub async fn holding(&self) {
        self.state.reached(Stage::Holding).await;
    }

    /// Forwards the message, and everything after it.
    pub fn release(&self) {
        *self.state.held() = Held::Nothing;
        self.state.stage.send_replace(Stage::Released);
    }
}

impl State {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reports that the message is held back, unless the gate was opened in the meantime: a watcher sees only the last
    /// stage, and would wait for a release that has passed.
    fn report_holding(&self) {
        self.stage
            .send_if_modified(|stage| *stage == Stage::Waiting && replace(stage, Stage::Holding) == Stage::Waiting);
    }

    async fn reached(&self, stage: Stage) {
        self.stage.subscribe().wait_for(|now| *now == stage).await.expect("the gate stands");
    }

    async fn connect(&self) -> (Reading, Writing) {
        let directory =
            self.postgres.query_pairs().find(|(name, _)| name == "host").map(|(_, value)| value.into_owned());
        let port = self.postgres.port().unwrap_or(5432);
        if let Some(directory) = directory {
            let stream =
                UnixStream::connect(format!("{directory}/.s.PGSQL.{port}")).await.expect("PostgreSQL is there");
            let (read, write) = stream.into_split();
            return (Box::pin(read), Box::pin(write));
        }
        let host = self.postgres.host_str().unwrap_or("localhost");
        let (read, write) = TcpStream::connect((host, port)).await.expect("PostgreSQL is there").into_split();
        (Box::pin(read), Box::pin(write))
    }

    /// Forwards both directions of a connection.
    async fn pass(self: Arc<Self>, client: UnixStream) {
        let (from_server, to_server) = self.connect().await;
        let (from_client, to_client) = client.into_split();
        let is_awaited = watch::Sender::new(false);
        let answers = tokio::spawn(self.clone().answers(from_server, Box::pin(to_client), is_awaited.subscribe()));
        self.statements(Box::pin(from_client), to_server, (&is_awaited, answers.abort_handle())).await;
        answers.abort();
    }

    async fn statements(
        &self,
        mut from: Reading,
        mut to: Writing,
        (is_awaited, answers): (&watch::Sender<bool>, AbortHandle),
    ) {
        let mut bytes = vec![0; BYTES];
        // Behind a pooler, reads end with a commit, too. Only writes notify other servers.
        let mut is_write = false;
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            let sent = &bytes[..count];
            let held = *self.held();
            let contains = |expected: &[u8]| sent.windows(expected.len()).any(|word| word == expected);
            is_write |= contains(b"NOTIFY");
            let commits_now = contains(b"COMMIT") && replace(&mut is_write, false);
            let reads_now = held == Held::ResponseToRead && contains(self.text().as_bytes());
            is_awaited.send_replace(reads_now || (commits_now && held == Held::ResponseToCommit));
            if commits_now && held == Held::CommitAndConnection {
                *self.held() = Held::Nothing;
                drop(from);
                answers.abort();
                self.report_holding();
                self.reached(Stage::Released).await;
                let _ = to.write_all(sent).await;
                // Until PostgreSQL has read it.
                let _ = to.shutdown().await;
                return;
            }
            if to.write_all(sent).await.is_err() {
                return;
            }
        }
    }

    async fn answers(self: Arc<Self>, mut from: Reading, mut to: Writing, is_awaited: watch::Receiver<bool>) {
        let mut bytes = vec![0; BYTES];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            let sent = &bytes[..count];
            let held = *self.held();
            let is_held = match held {
                Held::ResponseToCommit => *is_awaited.borrow(),
                Held::Notifications => sent[0] == NOTIFICATION,
                Held::ResponseToRead => *is_awaited.borrow() || sent[0] == NOTIFICATION,
                Held::Nothing | Held::CommitAndConnection => false,
            };
            if is_held {
                self.report_holding();
                self.reached(Stage::Released).await;
            }
            if to.write_all(sent).await.is_err() {
                return;
            }
        }
    }
}

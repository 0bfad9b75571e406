//! The baseline: a server that only sends one statement and returns the JSON that the database builds, or returns a body
//! from memory. It is a lower bound for any server on the same database.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::net::TcpListener;

use crate::search_baseline;

/// Serve the baseline: /q1 and /q3 by one statement each, /static/q1 and /static/q3 from memory, /search by tantivy
#[derive(clap::Args)]
pub struct Options {
    /// postgres:// or sqlite://
    #[arg(long)]
    database_url: String,
    #[arg(long, default_value = "127.0.0.1:5802")]
    listen: String,
    /// The directory of a build of the search index: catalog.db-search/1
    #[arg(long)]
    index: Option<PathBuf>,
}

/// The average sizes of the responses to Q1 and Q3, in bytes.
const CAREER_PAGE: usize = 7_200;
const BOOK: usize = 190;

/// For both databases; `OBJECT` and `LIST` stand for their JSON functions.
const Q1: &str = "SELECT CAST(OBJECT('data', OBJECT('career', OBJECT(
  'title', career.title, 'summary', career.summary, 'readingList', OBJECT('entries', OBJECT('nodes', (
    SELECT coalesce(LIST(OBJECT('note', e.note, 'role', e.role, 'position', e.position,
      'resource', CASE WHEN b.id IS NOT NULL THEN OBJECT('title', b.title, 'code', b.code, 'slug', b.slug,
        'isbn13', b.isbn13, 'authors', (SELECT coalesce(LIST(OBJECT('name', p.name) ORDER BY c.position), '[]')
          FROM contribution c JOIN person p ON p.id = c.person_id WHERE c.item_id = b.id AND c.role = 'AUTHOR'),
        'publisher', (SELECT OBJECT('name', o.name) FROM organization o WHERE o.id = b.publisher_id))
      ELSE OBJECT('title', k.title, 'code', k.code, 'slug', k.slug,
        'provider', (SELECT OBJECT('name', o.name) FROM organization o WHERE o.id = k.provider_id)) END) ORDER BY e.position), '[]')
    FROM (SELECT * FROM reading_list_entry WHERE list_id = list.id ORDER BY position LIMIT 25) e
    LEFT JOIN item b ON b.id = e.item_id AND b.kind = 'book' LEFT JOIN item k ON k.id = e.item_id AND k.kind = 'course')))))) AS text)
  FROM item AS career LEFT JOIN reading_list list ON list.owner_id = career.id WHERE career.kind = 'career' AND career.slug = $1";

const Q3: &str = "SELECT CAST(OBJECT('data', OBJECT('book', OBJECT('title', book.title,
  'subtitle', book.subtitle, 'isbn13', book.isbn13, 'authors', (SELECT coalesce(LIST(OBJECT('name', p.name)
    ORDER BY c.position), '[]') FROM contribution c JOIN person p ON p.id = c.person_id WHERE c.item_id = book.id AND c.role = 'AUTHOR')))) AS text)
  FROM item AS book WHERE book.kind = 'book' AND book.code = $1";

/// The database.
#[derive(Clone)]
enum Source {
    Postgres(PgPool),
    /// Executes statements on the thread of the request, as Syllabus does.
    Sqlite(Arc<Mutex<Vec<Connection>>>),
}

#[derive(Clone)]
struct Endpoint {
    source: Source,
    statement: &'static str,
    variable: &'static str,
}

/// # Panics
/// If the database cannot be reached or the port is not free.
pub async fn run(options: &Options) {
    let source = Source::open(&options.database_url).await;
    let fixed = |size: usize| {
        let around = r#"{"data":""}"#.len();
        let body = Bytes::from(format!(r#"{{"data":"{}"}}"#, "x".repeat(size - around)));
        post(async move |_: Bytes| ([(CONTENT_TYPE, "application/json")], body.clone()))
    };
    let serve = |statement, variable| {
        let statement = source.dialect(statement).leak();
        post(answer).with_state(Endpoint { source: source.clone(), statement, variable })
    };
    let router = Router::new()
        .route("/q1", serve(Q1, "slug"))
        .route("/q3", serve(Q3, "code"))
        .route("/static/q1", fixed(CAREER_PAGE))
        .route("/static/q3", fixed(BOOK));
    let router = match &options.index {
        Some(index) => router.merge(search_baseline::routes(index)),
        None => router,
    };
    let listener = TcpListener::bind(&options.listen).await.expect("it is free");
    axum::serve(listener, router).await.expect("it serves");
}

async fn answer(State(endpoint): State<Endpoint>, body: Bytes) -> impl IntoResponse {
    let body: Value = serde_json::from_slice(&body).expect("it is JSON");
    let value = body["variables"][endpoint.variable].as_str().unwrap_or_default();
    ([(CONTENT_TYPE, "application/json")], endpoint.source.text(endpoint.statement, value).await)
}

impl Source {
    async fn open(url: &str) -> Self {
        let Some(path) = url.strip_prefix("sqlite://") else {
            let pool = PgPoolOptions::new().max_connections(16).connect(url).await;
            return Self::Postgres(pool.expect("it can be reached"));
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self::Sqlite(Arc::new(Mutex::new((0..threads).map(|_| connection(Path::new(path))).collect())))
    }

    fn dialect(&self, statement: &str) -> String {
        let (object, list) = match self {
            Self::Postgres(_) => ("json_build_object(", "json_agg("),
            Self::Sqlite(_) => ("json_object(", "json_group_array("),
        };
        statement.replace("OBJECT(", object).replace("LIST(", list)
    }

    async fn text(&self, statement: &'static str, value: &str) -> String {
        match self {
            Self::Postgres(pool) => {
                sqlx::query_scalar(statement).bind(value).fetch_one(pool).await.expect("there is a row")
            }
            Self::Sqlite(connections) => {
                let connection =
                    connections.lock().expect("nobody panics").pop().expect("there is one for each thread");
                let text = connection
                    .prepare_cached(statement)
                    .and_then(|mut ready| ready.query_one([value], |row| row.get(0)));
                connections.lock().expect("nobody panics").push(connection);
                text.expect("there is a row")
            }
        }
    }
}

fn connection(path: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).expect("it can be opened");
    connection.pragma_update(None, "cache_size", -16 * 1024).expect("it can be set");
    connection
}

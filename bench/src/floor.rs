//! The floor: what a server costs that does nothing but send the statement and pass on the JSON that PostgreSQL makes of it, or
//! give a body that is in memory. Nobody could do with less who asks the same database.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use serde_json::Value;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::net::TcpListener;

/// Serve the floor: /q1 and /q3 by one statement each, /static a body of the size of a career page
#[derive(clap::Args)]
pub struct Options {
    #[arg(long)]
    database_url: String,
    #[arg(long, default_value = "127.0.0.1:5802")]
    listen: String,
}

const Q1: &str = "SELECT json_build_object('data', json_build_object('career', json_build_object(
  'title', career.title, 'summary', career.summary, 'readingList', json_build_object('entries', json_build_object('nodes', (
    SELECT coalesce(json_agg(json_build_object('note', e.note, 'role', e.role, 'position', e.position,
      'resource', CASE WHEN b.id IS NOT NULL THEN json_build_object('title', b.title, 'code', b.code, 'slug', b.slug,
        'isbn13', b.isbn13, 'authors', (SELECT coalesce(json_agg(json_build_object('name', p.name) ORDER BY c.position), '[]')
          FROM contribution c JOIN person p ON p.id = c.person_id WHERE c.book_id = b.id AND c.role = 'AUTHOR'),
        'publisher', (SELECT json_build_object('name', o.name) FROM organization o WHERE o.id = b.publisher_id))
      ELSE json_build_object('title', k.title, 'code', k.code, 'slug', k.slug,
        'provider', (SELECT json_build_object('name', o.name) FROM organization o WHERE o.id = k.provider_id)) END) ORDER BY e.position), '[]')
    FROM (SELECT * FROM reading_list_entry WHERE list_id = list.id ORDER BY position LIMIT 25) e
    LEFT JOIN book b ON b.id = e.book_id LEFT JOIN course k ON k.id = e.course_id))))))::text
  FROM career LEFT JOIN reading_list list ON list.career_id = career.id WHERE career.slug = $1";

const Q3: &str = "SELECT json_build_object('data', json_build_object('book', json_build_object('title', book.title,
  'subtitle', book.subtitle, 'isbn13', book.isbn13, 'authors', (SELECT coalesce(json_agg(json_build_object('name', p.name)
    ORDER BY c.position), '[]') FROM contribution c JOIN person p ON p.id = c.person_id WHERE c.book_id = book.id AND c.role = 'AUTHOR'))))::text
  FROM book WHERE book.code = $1";

#[derive(Clone)]
struct Floor {
    pool: PgPool,
    statement: &'static str,
    variable: &'static str,
}

/// # Panics
/// When the database or the port cannot be had.
pub async fn run(options: &Options) {
    let pool =
        PgPoolOptions::new().max_connections(16).connect(&options.database_url).await.expect("it can be reached");
    let page: Arc<str> = Arc::from(format!("{{\"data\":\"{}\"}}", "x".repeat(5_000)));
    let serve = |statement, variable| post(answer).with_state(Floor { pool: pool.clone(), statement, variable });
    let router = Router::new()
        .route("/q1", serve(Q1, "slug"))
        .route("/q3", serve(Q3, "code"))
        .route("/static", post(async move |_: Bytes| ([(CONTENT_TYPE, "application/json")], page.to_string())));
    let listener = TcpListener::bind(&options.listen).await.expect("it is free");
    axum::serve(listener, router).await.expect("it serves");
}

async fn answer(State(floor): State<Floor>, body: Bytes) -> impl IntoResponse {
    let body: Value = serde_json::from_slice(&body).expect("it is JSON");
    let value = body["variables"][floor.variable].as_str().unwrap_or_default();
    let text: String =
        sqlx::query_scalar(floor.statement).bind(value).fetch_one(&floor.pool).await.expect("there is a row");
    ([(CONTENT_TYPE, "application/json")], text)
}

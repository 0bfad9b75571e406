//! The benchmark's queries on the in-memory demo catalog, in one process. The criterion benchmarks use them as well.

use async_graphql::{Request, Response, Variables};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde_json::{Value, json};
use syllabus::app::App;
use syllabus::cli::DEMO_CATALOG;
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::db::{Database, DatabaseUrl};
use syllabus::graphql::{GraphQlService, Requester};
use syllabus::service::import_export::{self, ImportOptions};
use syllabus::service::write::Context;

/// A career page.
pub const Q1: &str = include_str!("../../queries/syllabus-q1.graphql");
/// Careers with their books and courses.
pub const Q2: &str = include_str!("../../queries/syllabus-q2.graphql");
/// A book with its authors.
pub const Q3: &str = include_str!("../../queries/syllabus-q3.graphql");

/// The demo catalog, in memory.
///
/// # Panics
/// If the demo catalog cannot be imported.
pub async fn graphql() -> GraphQlService {
    let database = Database::open(&DatabaseUrl::memory("bench"), true).await.expect("memory can be opened");
    let rng = Box::new(ChaCha8Rng::seed_from_u64(1));
    let mut context = Context { now: Clock::system().now(), actor: "bench".to_owned(), rng };
    let options = ImportOptions::default();
    let report = import_export::import(&database, DEMO_CATALOG.as_bytes(), options, &mut context, |_| {}).await;
    assert!(!report.expect("the import runs").is_rejected(), "the demo catalog is valid");
    App::new(database, Clock::system(), Settings::for_testing()).graphql
}

/// Executes a query.
///
/// # Panics
/// If the response has errors.
pub async fn answer(graphql: &GraphQlService, query: &str, variables: Value) -> Response {
    let request = Request::new(query).variables(Variables::from_json(variables));
    let prepared = graphql.prepare(request, Requester::default()).await;
    let answer = graphql.execute(prepared.unwrap_or_else(|refused| panic!("{:?}", refused.errors))).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    answer
}

/// Returns the variables of [`Q1`].
#[must_use]
pub fn a_career() -> Value {
    json!({ "slug": "back-end-developer" })
}

/// Returns the variables of [`Q3`]: always the same book, with one author.
///
/// # Panics
/// If the book does not exist.
pub async fn a_book(graphql: &GraphQlService) -> Value {
    let found =
        answer(graphql, "{ book(by: { slug: \"a-philosophy-of-software-design\" }) { code } }", Value::Null).await;
    let found = found.data.into_json().expect("it is JSON");
    json!({ "code": found["book"]["code"] })
}

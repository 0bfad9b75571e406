//! A fixed piece of work, for callgrind to count the instructions of: `bench/guard` holds them against the figures of before.
//!
//! `syllabus-instructions QUERY` answers one of the benchmark's queries over the demo catalog in memory a few times, with its rows
//! kept: parsing, validation and the rows are there already, so what is counted is ours and the executor's.

use async_graphql::{Request, Variables};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde_json::{Value, json};
use syllabus::app::App;
use syllabus::cli::DEMO_CATALOG;
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::db::{Database, DatabaseUrl};
use syllabus::graphql::{Caller, GraphQl};
use syllabus::service::transfer::{self, ImportOptions};
use syllabus::service::write::Context;
use tokio::runtime::{Builder, Runtime};

const Q1: &str = include_str!("../../queries/syllabus-q1.graphql");
const Q2: &str = include_str!("../../queries/syllabus-q2.graphql");
const Q3: &str = include_str!("../../queries/syllabus-q3.graphql");
/// How often the query is answered while it is counted.
const TIMES: usize = 5;

async fn graphql() -> GraphQl {
    let database = Database::open(&DatabaseUrl::memory("instructions"), true).await.expect("memory can be opened");
    let rng = Box::new(ChaCha8Rng::seed_from_u64(1));
    let mut context = Context { now: Clock::system().now(), actor: "bench".to_owned(), rng };
    let options = ImportOptions::default();
    let report = transfer::import(&database, DEMO_CATALOG.as_bytes(), options, &mut context, |_| {}).await;
    assert!(!report.expect("the database takes it").is_refused(), "the demo catalog is good");
    App::new(database, Clock::system(), Settings::for_testing()).graphql
}

async fn answer(graphql: &GraphQl, query: &str, variables: &Value) -> async_graphql::Response {
    let request = Request::new(query).variables(Variables::from_json(variables.clone()));
    let prepared = graphql.prepare(request, Caller::default()).await;
    let answer = graphql.execute(prepared.unwrap_or_else(|refused| panic!("{:?}", refused.errors))).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    answer
}

async fn answers(graphql: &GraphQl, query: &str, variables: &Value) {
    for _ in 0..TIMES {
        answer(graphql, query, variables).await;
    }
}

/// What is counted: callgrind begins and ends with it.
#[inline(never)]
fn counted(runtime: &Runtime, graphql: &GraphQl, query: &str, variables: &Value) {
    runtime.block_on(answers(graphql, query, variables));
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("there is a runtime");
    let graphql = runtime.block_on(graphql());
    let books = runtime.block_on(answer(&graphql, "{ books(first: 1) { nodes { code } } }", &Value::Null));
    let books = books.data.into_json().expect("it is JSON");
    let (query, variables) = match std::env::args().nth(1).as_deref() {
        Some("q1") => (Q1, json!({ "slug": "back-end-developer" })),
        Some("q2") => (Q2, json!({})),
        Some("q3") => (Q3, json!({ "code": books["books"]["nodes"][0]["code"] })),
        other => panic!("{other:?} is none of q1, q2, q3"),
    };
    // Everything that is kept is there from the first answer on.
    runtime.block_on(answers(&graphql, query, &variables));
    counted(&runtime, &graphql, query, &variables);
}

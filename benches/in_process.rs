//! What parts of an answer cost, without a network: `cargo bench --bench in_process`.
//!
//! The catalog is the demo's, in memory, so the database is SQLite at its fastest; nothing that was answered is kept.

use std::borrow::Cow;
use std::hint::black_box;
use std::time::Duration;

use async_graphql::{Request, Variables};
use criterion::{Criterion, criterion_group, criterion_main};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde_json::{Value, json};
use syllabus::app::App;
use syllabus::cli::DEMO_CATALOG;
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::db::{Database, DatabaseUrl};
use syllabus::domain::article::{Article, LinkTarget};
use syllabus::graphql::{Caller, GraphQl};
use syllabus::loader::{Cursor, Order, SortBy, SortKey, SortValue};
use syllabus::service::transfer::{self, ImportOptions};
use syllabus::service::write::Context;
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const Q1: &str = include_str!("../bench/queries/syllabus-q1.graphql");
const Q2: &str = include_str!("../bench/queries/syllabus-q2.graphql");
const Q3: &str = include_str!("../bench/queries/syllabus-q3.graphql");
const Q4: &str =
    "{ __schema { types { name kind fields(includeDeprecated: true) { name type { name kind } args { name } } } } }";

async fn graphql() -> GraphQl {
    let database = Database::open(&DatabaseUrl::memory("bench"), true).await.expect("memory can be opened");
    let rng = Box::new(ChaCha8Rng::seed_from_u64(1));
    let mut context = Context { now: Clock::system().now(), actor: "bench".to_owned(), rng };
    let options = ImportOptions::default();
    let report = transfer::import(&database, DEMO_CATALOG.as_bytes(), options, &mut context, |_| {}).await;
    assert!(!report.expect("the database takes it").is_refused(), "the demo catalog is good");
    App::new(database, Clock::system(), Settings::for_testing()).graphql
}

async fn answer(graphql: &GraphQl, query: &str, variables: Value) -> async_graphql::Response {
    let request = Request::new(query).variables(Variables::from_json(variables));
    let prepared = graphql.prepare(request, Caller::default()).await;
    let answer = graphql.execute(prepared.unwrap_or_else(|refused| panic!("{:?}", refused.errors))).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    answer
}

fn queries(criterion: &mut Criterion) {
    let runtime: Runtime = Builder::new_current_thread().enable_all().build().expect("there is a runtime");
    let graphql = runtime.block_on(graphql());
    let found = runtime.block_on(answer(&graphql, "{ books(first: 1) { nodes { code } } }", Value::Null));
    let found = found.data.into_json().expect("it is JSON");
    let code = &found["books"]["nodes"][0]["code"];
    for (name, query, variables) in [
        ("Q1, a career page", Q1, json!({ "slug": "back-end-developer" })),
        ("Q2, careers with their books and courses", Q2, json!({})),
        ("Q3, a book with its authors", Q3, json!({ "code": code })),
        ("Q4, introspection", Q4, json!({})),
    ] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| runtime.block_on(answer(&graphql, query, variables.clone())));
        });
    }
    let mut count = 0;
    criterion.bench_function("parse and validate Q1", |bencher| {
        bencher.iter(|| {
            // Another text each time: a document that is known is not looked at again.
            count += 1;
            let request = Request::new(format!("{Q1}#{count}"));
            let request = request.variables(Variables::from_json(json!({ "slug": "x" })));
            runtime.block_on(graphql.prepare(request, Caller::default())).is_ok()
        });
    });
}

fn parts(criterion: &mut Criterion) {
    let order = Order {
        name: Cow::Borrowed("title"),
        keys: Cow::Owned(vec![SortKey::ascending(SortBy::Text("book.title_key"))]),
        id: "book.id",
    };
    let cursor =
        Cursor { values: vec![SortValue::Text("designing data-intensive applications".to_owned())], id: 4_711 };
    criterion.bench_function("a cursor, written and read", |bencher| {
        bencher.iter(|| Cursor::decode(&black_box(&cursor).encode(&order), &order));
    });
    let markdown = format!(
        "# What one does\n\n{}\n\n## [SQL](/topic/sql)\n\n- one\n- two\n",
        "Words and *more* words. ".repeat(400)
    );
    criterion.bench_function("an article, rendered", |bencher| {
        bencher.iter(|| Article::new(black_box(&markdown), None, |_| LinkTarget::Gone).html());
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    targets = queries, parts
}
criterion_main!(benches);

//! Measures the phases of a request without a network: `cargo bench --bench in_process`.
//!
//! The catalog is the demo catalog in memory, and its rows are cached, so the benchmark measures the executor and the
//! resolvers. Responses are not cached.

#[path = "../bench/instructions/src/demo.rs"]
mod demo;

use std::borrow::Cow;
use std::hint::black_box;
use std::time::Duration;

use async_graphql::{Request, Variables};
use criterion::{Criterion, criterion_group, criterion_main};
use demo::{Q1, Q2, Q3, a_book, a_career, answer};
use serde_json::json;
use syllabus::domain::article::{Article, LinkTarget};
use syllabus::graphql::Requester;
use syllabus::loader::{Cursor, Order, SortBy, SortKey, SortValue};
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const Q4: &str = include_str!("../bench/queries/syllabus-q4.graphql");

fn queries(criterion: &mut Criterion) {
    let runtime: Runtime = Builder::new_current_thread().enable_all().build().expect("there is a runtime");
    let graphql = runtime.block_on(demo::graphql());
    let book = runtime.block_on(a_book(&graphql));
    for (name, query, variables) in [
        ("Q1, a career page", Q1, a_career()),
        ("Q2, careers with their books and courses", Q2, json!({})),
        ("Q3, a book with its authors", Q3, book),
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
            runtime.block_on(graphql.prepare(request, Requester::default())).is_ok()
        });
    });
}

fn parts(criterion: &mut Criterion) {
    let order = Order {
        name: Cow::Borrowed("title"),
        keys: Cow::Owned(vec![SortKey::ascending(SortBy::Text("book.title_sort_key"))]),
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
        bencher.iter(|| Article::new(black_box(&markdown), None, |_| LinkTarget::Unavailable).html());
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    targets = queries, parts
}
criterion_main!(benches);

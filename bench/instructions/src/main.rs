//! A fixed workload whose instructions callgrind counts: `bench/guard` compares the counts with recorded ones.
//!
//! `syllabus-instructions QUERY` executes one of the benchmark's queries on the in-memory demo catalog a few times. The
//! document and the objects are cached, so the count covers our code and the executor.

mod demo;

use demo::{Q1, Q2, Q3, a_book, a_career, answer};
use serde_json::{Value, json};
use syllabus::graphql::GraphQlService;
use tokio::runtime::{Builder, Runtime};

/// The number of counted executions.
const TIMES: usize = 5;

async fn answers(graphql: &GraphQlService, query: &str, variables: &Value) {
    for _ in 0..TIMES {
        answer(graphql, query, variables.clone()).await;
    }
}

/// The counted function: callgrind starts and stops with it.
#[inline(never)]
fn counted(runtime: &Runtime, graphql: &GraphQlService, query: &str, variables: &Value) {
    runtime.block_on(answers(graphql, query, variables));
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("there is a runtime");
    let graphql = runtime.block_on(demo::graphql());
    let (query, variables) = match std::env::args().nth(1).as_deref() {
        Some("q1") => (Q1, a_career()),
        Some("q2") => (Q2, json!({})),
        Some("q3") => (Q3, runtime.block_on(a_book(&graphql))),
        other => panic!("unknown query {other:?}: use q1, q2 or q3"),
    };
    // The first executions fill the caches.
    runtime.block_on(answers(&graphql, query, &variables));
    counted(&runtime, &graphql, query, &variables);
}

//! Measures the relevance of search results: nDCG@10 over rated queries, by class, on both engines.
//!
//! `demo.jsonl` contains manual ratings of queries over the demo catalog (with additional records in other scripts):
//! 3 is the intended item, 2 a good result, 1 a related one. `languages.jsonl` contains queries in fourteen languages
//! over the same catalog with books in these languages. [`generated`] searches for known items of a generated catalog.
//! `floors.json` contains the values that have been reached, which may only rise. `cargo test --test api relevance:: --
//! --nocapture` prints the table; `RELEVANCE=raise` updates the floors.

mod generated;
mod measure;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::common::{Lines, TestApp, demo, on_each_engine};
use crate::relevance::measure::{RatedQuery, Table, hold};

const DEMO_QUERIES: &str = include_str!("demo.jsonl");
const ADDITIONS: &str = include_str!("additions.jsonl");
const LANGUAGE_QUERIES: &str = include_str!("languages.jsonl");
const LANGUAGE_CATALOG: &str = include_str!("languages_catalog.jsonl");

/// The minimum over the demo catalog, for all classes together.
const DEMO: f64 = 0.90;

fn rated_queries(text: &str) -> Vec<RatedQuery> {
    let kind = |list: &str| list.trim_end_matches('s').to_owned();
    text.lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).expect("each line is JSON");
            let text = |name: &str| line[name].as_str().expect("it is there").to_owned();
            let list = text("list");
            let ratings = line["ratings"].as_object().expect("it has ratings").iter();
            let grades: BTreeMap<String, u32> = ratings
                .map(|(slug, grade)| {
                    let name = if slug.contains('/') { slug.clone() } else { format!("{}/{slug}", kind(&list)) };
                    (name, u32::try_from(grade.as_u64().expect("a grade")).expect("up to 3"))
                })
                .collect();
            RatedQuery { class: text("class"), query: text("query"), list, grades }
        })
        .collect()
}

#[test]
fn demo_catalog_meets_relevance_thresholds() {
    let queries = rated_queries(DEMO_QUERIES);
    assert!(queries.len() >= 120, "only {} queries are rated", queries.len());
    on_each_engine(async |store| {
        let app = TestApp::with(store, Lines::joined([demo(), Lines::from(ADDITIONS)])).await;
        let table = Table::measure(&app, &queries).await;
        println!("The demo catalog, {store}\n{table}");
        assert!(table.all() >= DEMO, "{table}");
        hold("demo", &table);
    });
}

#[test]
fn multilingual_queries_meet_relevance_thresholds() {
    let queries = rated_queries(LANGUAGE_QUERIES);
    assert!(queries.len() >= 60, "only {} queries are rated", queries.len());
    on_each_engine(async |store| {
        let catalog = Lines::joined([demo(), Lines::from(ADDITIONS), Lines::from(LANGUAGE_CATALOG)]);
        let app = TestApp::with(store, catalog).await;
        let table = Table::measure(&app, &queries).await;
        println!("Many languages, {store}\n{table}");
        hold("languages", &table);
    });
}

#[test]
fn known_items_of_a_generated_catalog_are_found() {
    let (catalog, queries) = generated::catalog();
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog.as_str()).await;
        app.index().await;
        let table = Table::measure(&app, &queries).await;
        println!("A generated catalog, {store}\n{table}");
        hold("generated", &table);
    });
}

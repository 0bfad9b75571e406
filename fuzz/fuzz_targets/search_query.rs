//! What somebody types into a search box: read, made into expressions that both engines take, marked in texts.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use syllabus::domain::search::highlight::fragments;
use syllabus::domain::search::query::Query;
use syllabus_fuzz::ask;

const QUERY: &str = "query ($text: String!) { search(query: $text, first: 3) { totalCount nodes { __typename } }
    books(query: $text, first: 3) { edges { highlights { fragments } } } suggest(prefix: $text, first: 3) { __typename } }";

fuzz_target!(|text: &str| {
    if let Ok(query) = Query::parse(text) {
        for expression in [query.all_words(), query.most_words(), query.left_out()].into_iter().flatten() {
            let _ = (expression.to_fts5(), expression.to_tsquery());
        }
        let _ = fragments(text, &query);
    }
    let _ = ask(QUERY, &json!({ "text": text }));
});

//! Fuzzes search queries: parsed, converted for the index, and highlighted in texts.

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
        for max_missing in [0, query.max_missing()] {
            let clauses = query.index_query(max_missing).unwrap_or_default().clauses;
            for form in clauses.into_iter().flat_map(|clause| clause.words).flat_map(|word| word.forms) {
                assert!(!form.is_empty() && !form.contains(char::is_whitespace), "{form:?}");
            }
        }
        let _ = fragments(text, &query);
    }
    let _ = ask(QUERY, &json!({ "text": text }));
});

//! Fuzzes paths: a parsed path is formatted as a path with the same meaning, and a path leads to the same object as its
//! canonical path.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use syllabus::domain::path;
use syllabus_fuzz::ask;

const QUERY: &str = "query ($path: String!) { resolve(path: $path) { canonicalPath isCanonical target { id } } }";

fuzz_target!(|text: &str| {
    if let Some(address) = path::parse(text, None)
        && let (Some(code), Some(slug)) = (&address.code, &address.slug)
        && !slug.contains(['/', '?', '#', '%'])
        && slug != code
    {
        assert_eq!(path::parse(&path::path_of(address.kind, code, slug), None), Some(address));
    }
    let found = ask(QUERY, &json!({ "path": text }))["data"]["resolve"].take();
    if !found.is_null() {
        let again = ask(QUERY, &json!({ "path": found["canonicalPath"] }))["data"]["resolve"].take();
        assert_eq!(again["target"], found["target"]);
        assert_eq!(again["isCanonical"], true);
    }
});

//! A path that somebody followed: what it names is named by the path that is made of it, and whatever is found there is
//! found at its canonical path as well.

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

//! Fuzzes requests: bodies, documents in valid bodies, and query strings.

#![no_main]

use axum::body::Body;
use axum::http::Request;
use libfuzzer_sys::fuzz_target;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde_json::json;
use syllabus_fuzz::answer;

fuzz_target!(|bytes: &[u8]| {
    let Some((how, bytes)) = bytes.split_first() else { return };
    let post = || Request::post("/graphql").header("content-type", "application/json");
    let request = match how % 4 {
        0 => post().body(Body::from(bytes.to_vec())),
        1 => post().body(Body::from(json!({ "query": String::from_utf8_lossy(bytes) }).to_string())),
        2 => Request::get(format!("/graphql?{}", String::from_utf8_lossy(bytes))).body(Body::empty()),
        _ => {
            let query = percent_encode(bytes, NON_ALPHANUMERIC);
            Request::get(format!("/graphql?query={query}&operationName=A")).body(Body::empty())
        }
    };
    // Only valid URIs reach the router.
    let Ok(request) = request else { return };
    let (_, body) = answer(request);
    serde_json::from_slice::<serde_json::Value>(&body).expect("the response is JSON");
});

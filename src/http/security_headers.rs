//! Headers that keep browsers from being clever with what we serve.

use axum::http::header::{CACHE_CONTROL, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};

/// Adds those of every answer, to somebody who has a token or not; the explorer's page adds its own.
pub fn add(headers: &mut HeaderMap, has_token: bool) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if has_token {
        // What is meant for one must not be handed to the next.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

//! Security headers.

use axum::http::header::{CACHE_CONTROL, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};

/// Adds the security headers of every response. The explorer's page adds its own.
pub fn add(headers: &mut HeaderMap, has_token: bool) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if has_token {
        // Responses to a token must not be cached.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

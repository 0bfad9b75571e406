//! Failures of HTTP requests that the server sends: to caches, and to identity providers.

use std::error::Error;

use crate::db::describe_io_error;

/// Describes the root cause of a failure. The outer errors only say that the request failed.
#[must_use]
pub fn describe_error(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.downcast_ref().map_or_else(|| cause.to_string(), describe_io_error)
}

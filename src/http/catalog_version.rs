//! Versions of the catalog: a client requires one, and a mutation returns one.
//!
//! A server can be behind another one, or its replica behind the primary. A client that has written, or knows of a write,
//! sends the version that the write returned, and gets a response that contains the write, or an error.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::error::HttpError;
use super::rate_limit::REJECTION_COST;
use super::request;
use super::request_identity::RequestIdentity;
use super::state::AppState;
use crate::graphql::{CATALOG_VERSION, CatalogVersion, Reach};

/// The response header with the version that contains the writes of a mutation.
pub const VERSION: HeaderName = HeaderName::from_static("catalog-version");
/// The request header with the version that the response must contain.
pub const AT_LEAST: HeaderName = HeaderName::from_static("catalog-version-at-least");

/// Checks that the catalog has reached the version that a request requires, if any.
///
/// # Errors
/// Returns 400 if the header is malformed, 412 if the version belongs to a former epoch, 503 if the catalog has not
/// reached it, or the database fails, and 429 if the rate limit is exceeded.
pub async fn check(state: &AppState, identity: &RequestIdentity, headers: &HeaderMap) -> Result<(), HttpError> {
    let Some(required) = request::single_header(headers, &AT_LEAST)? else { return Ok(()) };
    let version: Option<CatalogVersion> = required.to_str().ok().and_then(|text| text.trim().parse().ok());
    let Some(version) = version else {
        return Err(HttpError::bad_request(
            "The header Catalog-Version-At-Least is malformed: send the value of Catalog-Version, as a mutation returned it.",
        ));
    };
    match state.app.graphql.reach(version).await {
        Ok(Reach::Reached) => Ok(()),
        Ok(Reach::Behind) => {
            // A client can require a version that will never exist.
            state.rate_limiter.charge(identity, REJECTION_COST)?;
            Err(HttpError::behind())
        }
        Ok(Reach::OtherEpoch) => Err(HttpError::other_epoch()),
        Err(error) => {
            tracing::warn!(error = error.reason(), "the version of the catalog could not be read");
            Err(HttpError::behind())
        }
    }
}

/// Returns the header for the version in the response to a mutation.
pub fn header(response: &async_graphql::Response) -> Option<HeaderValue> {
    match response.extensions.get(CATALOG_VERSION)? {
        async_graphql::Value::String(version) => HeaderValue::try_from(version).ok(),
        _ => None,
    }
}

//! CORS. By default, pages of other sites cannot read responses; the operator can allow origins.
//!
//! The server does not use cookies, so no response depends on the origin, and credentials are never allowed: a page
//! sends its token in a header. For the same reason a page can send any header: clients add names, versions and traces,
//! and unknown headers have no effect.

use std::time::Duration;

use axum::http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ETAG, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderValue, Method};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::access_log::REQUEST_ID;
use super::catalog_version;
use super::rate_limit::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::config::CorsOrigins;

/// How long a browser can cache the result of a preflight request.
const MAX_AGE: Duration = Duration::from_hours(2);

/// Returns the CORS layer for these origins, or `None` if no origin is allowed.
pub fn layer(origins: &CorsOrigins) -> Option<CorsLayer> {
    let (origins, vary) = match origins {
        CorsOrigins::None => return None,
        CorsOrigins::All => (AllowOrigin::any(), vec![ACCESS_CONTROL_REQUEST_HEADERS]),
        CorsOrigins::Some(origins) => {
            let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
            (AllowOrigin::list(origins), vec![ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS])
        }
    };
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([ETAG, RATE_LIMIT, RATE_LIMIT_POLICY, RETRY_AFTER, REQUEST_ID, catalog_version::VERSION])
        .vary(vary)
        .max_age(MAX_AGE);
    Some(layer)
}

//! Which pages of other sites may read answers here: none, unless the operator names them.
//!
//! Nothing here goes by cookies, so no answer depends on which site a request comes from, and credentials are never allowed:
//! a page sends its token in a header of its own. For the same reason a page may send any header: clients add names,
//! versions and traces of their own, and a header that this server does not know has no effect.

use std::time::Duration;

use axum::http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ETAG, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderValue, Method};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::access_log::REQUEST_ID;
use super::rate_limit::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::config::CorsOrigins;

/// How long a browser may remember what it may.
const MAX_AGE: Duration = Duration::from_hours(2);

/// Tells browsers what they may, for these sites; nothing where there are none.
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
        .expose_headers([ETAG, RATE_LIMIT, RATE_LIMIT_POLICY, RETRY_AFTER, REQUEST_ID])
        .vary(vary)
        .max_age(MAX_AGE);
    Some(layer)
}

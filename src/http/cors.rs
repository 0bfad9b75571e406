//! Which pages of other sites may read answers here: none, unless the operator names them.
//!
//! Nothing here goes by cookies, so no answer depends on which site a request comes from, and credentials are never allowed:
//! a page sends its token in a header of its own.

use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::access::PREVIEW;
use super::exchange::REQUEST_ID;
use crate::config::Origins;

/// How long a browser may remember what it may.
const MAX_AGE: Duration = Duration::from_hours(2);

/// Tells browsers what they may, for these sites; nothing where there are none.
pub fn layer(origins: &Origins) -> Option<CorsLayer> {
    let origins = match origins {
        Origins::None => return None,
        Origins::All => AllowOrigin::any(),
        Origins::Some(origins) => {
            AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()))
        }
    };
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, PREVIEW, REQUEST_ID])
        .expose_headers([ETAG, RETRY_AFTER, REQUEST_ID])
        .max_age(MAX_AGE);
    Some(layer)
}

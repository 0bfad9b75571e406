//! The headers with the cache tags of a response.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::graphql::CacheTags;

/// The header that Fastly and Varnish read, with spaces between the tags.
const SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");
/// The header that Cloudflare reads, with commas between the tags.
const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");

/// The values of both headers.
pub struct TagHeaders {
    surrogate_key: HeaderValue,
    cache_tag: HeaderValue,
}

impl TagHeaders {
    /// Joins the tags; `None` if a header cannot contain them.
    #[must_use]
    pub fn new(tags: &CacheTags) -> Option<Self> {
        let tags: Vec<&str> = tags.iter().collect();
        let value = |separator: &str| HeaderValue::try_from(tags.join(separator)).ok();
        Some(Self { surrogate_key: value(" ")?, cache_tag: value(",")? })
    }

    /// Removes the headers from a response.
    pub fn remove_from(headers: &mut HeaderMap) {
        headers.remove(SURROGATE_KEY);
        headers.remove(CACHE_TAG);
    }

    /// Adds the headers to a response.
    pub fn add_to(&self, headers: &mut HeaderMap) {
        headers.insert(SURROGATE_KEY, self.surrogate_key.clone());
        headers.insert(CACHE_TAG, self.cache_tag.clone());
    }
}

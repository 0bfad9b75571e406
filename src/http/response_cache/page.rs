//! Pages of the site in the response cache.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, LAST_MODIFIED, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use site::Page;

use super::{CachedResponse, Key, ResponseCache, etag, matched_etag, not_modified};
use crate::graphql::{CacheEntryVersion, FeedSnapshot, GraphQlService};

/// The parts of a page beside its body.
pub struct PageHead {
    status: StatusCode,
    content_type: &'static str,
    location: Option<HeaderValue>,
    last_modified: Option<HeaderValue>,
}

/// A page in the cache.
pub struct CachedPage(Arc<CachedResponse>);

impl CachedPage {
    /// Prepares a page for the cache. `rendered` is the time as an HTTP date.
    #[must_use]
    pub fn new(page: Page, version: CacheEntryVersion, rendered: &str) -> Self {
        let head = PageHead {
            status: StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            content_type: page.content_type,
            location: page.location.and_then(|location| HeaderValue::try_from(location).ok()),
            // The page may show anything that has changed until now.
            last_modified: HeaderValue::try_from(rendered).ok(),
        };
        let tag = etag(&page.body);
        Self(Arc::new(CachedResponse { text: Some(Bytes::from(page.body)), etag: tag, version, page: Some(head) }))
    }
}

impl ResponseCache {
    /// Returns the cached page with a normalized address if it is valid in the state `present`.
    pub fn page(&self, graphql: &GraphQlService, address: &str, present: FeedSnapshot) -> Option<CachedPage> {
        let cached = self.responses.get(&key(address)).filter(|cached| graphql.is_fresh(&cached.version, present));
        let cached = cached.filter(|cached| cached.text.is_some())?;
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(CachedPage(cached))
    }

    /// Stores a page.
    pub fn insert_page(&self, address: &str, CachedPage(page): &CachedPage) {
        self.misses.fetch_add(1, Ordering::Relaxed);
        if self.stores_bodies {
            self.responses.insert(key(address), page.clone());
        }
    }

    /// Responds with a page, or with 304 if the client has it.
    pub fn respond_with_page(
        &self,
        CachedPage(cached): &CachedPage,
        headers: &HeaderMap,
        valid_for: Option<Duration>,
    ) -> Response {
        let Some(head) = &cached.page else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
        let matched = matched_etag(headers, &cached.etag).filter(|_| head.status == StatusCode::OK);
        let mut response = match matched {
            Some(_) => not_modified(),
            None => (head.status, [(CONTENT_TYPE, head.content_type)], cached.text.clone().unwrap_or_default())
                .into_response(),
        };
        self.add_validators(&mut response, &cached.etag, matched, valid_for);
        for (name, value) in [(LOCATION, &head.location), (LAST_MODIFIED, &head.last_modified)] {
            if let Some(value) = value {
                response.headers_mut().insert(name, value.clone());
            }
        }
        response
    }
}

fn key(address: &str) -> Key {
    let mut hash = Sha256::new();
    // The keys of other responses begin with the hash of a document.
    hash.update("page ");
    hash.update(address);
    hash.finalize().into()
}

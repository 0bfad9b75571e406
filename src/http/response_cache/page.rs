//! Pages of the site in the response cache.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Extension;
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, LAST_MODIFIED, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
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
        Self(Arc::new(CachedResponse::new(Bytes::from(page.body), tag, version, Some(head))))
    }
}

/// An address as it was requested, which leads to the cached page without being parsed.
#[derive(Clone, Copy)]
pub struct RawAddress(Key);

impl RawAddress {
    /// Hashes the parts of an address. `origin` is the scheme and the host of the request.
    #[must_use]
    pub fn of(origin: &str, uri: &Uri) -> Self {
        Self(hash(&["address ", origin, " ", uri.path(), "?", uri.query().unwrap_or_default()]))
    }
}

impl ResponseCache {
    /// Returns the cached page with a normalized address, which may be outdated. Call it before taking the snapshot, which
    /// then includes every change that was made before the page was cached.
    pub fn cached_page(&self, address: &str) -> Option<CachedPage> {
        self.responses.get(&key(address)).filter(|cached| cached.text.is_some()).map(CachedPage)
    }

    /// Returns a page if it is valid in the state `present`, and remembers the address as it was requested.
    pub fn valid_page(
        &self,
        graphql: &GraphQlService,
        page: Option<CachedPage>,
        (raw, address): (RawAddress, &str),
        present: FeedSnapshot,
    ) -> Option<CachedPage> {
        let page = self.count_if_valid(graphql, page?, present)?;
        self.raw_addresses.insert(raw.0, key(address));
        Some(page)
    }

    /// Returns the cached page of an address that was requested before if it is known to be valid, and how long caches
    /// can reuse it.
    pub fn page_at(&self, graphql: &GraphQlService, raw: RawAddress) -> Option<(CachedPage, Option<Duration>)> {
        let cached = self.responses.get(&self.raw_addresses.get(&raw.0)?).filter(|cached| cached.text.is_some())?;
        let (present, valid_for) = graphql.current_snapshot()?;
        Some((self.count_if_valid(graphql, CachedPage(cached), present)?, valid_for))
    }

    /// Returns a page if it is valid, and counts the hit.
    fn count_if_valid(&self, graphql: &GraphQlService, page: CachedPage, present: FeedSnapshot) -> Option<CachedPage> {
        let is_valid = graphql.is_fresh(&page.0.version, present);
        is_valid.then(|| {
            self.hits.fetch_add(1, Ordering::Relaxed);
            page
        })
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
            None => (
                head.status,
                [(CONTENT_TYPE, head.content_type)],
                Extension(cached.encoded.clone()),
                cached.text.clone().unwrap_or_default(),
            )
                .into_response(),
        };
        self.add_validators(&mut response, cached, matched, valid_for);
        for (name, value) in [(LOCATION, &head.location), (LAST_MODIFIED, &head.last_modified)] {
            if let Some(value) = value {
                response.headers_mut().insert(name, value.clone());
            }
        }
        response
    }
}

fn key(address: &str) -> Key {
    // The keys of other responses begin with the hash of a document.
    hash(&["page ", address])
}

fn hash(parts: &[&str]) -> Key {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

//! The response cache: replays responses without executing the request again, and provides validators for HTTP caches.
//!
//! An entry has a [version](crate::graphql::CacheEntryVersion) with its dependencies, and is valid until one of them
//! changes. The cache stores only responses without errors that are the same for all callers. The ETag is a hash of the
//! response, so it is the same on every server and changes with the response.

mod encoding;
mod page;
mod tag_headers;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::negotiation::{Negotiated, ResponseFormat, StreamPreference};
use super::operation_info::OperationInfo;
use super::request_identity::RequestIdentity;
use super::response::{self, VARY_VALUE};
use crate::config::{CacheSettings, EdgeSettings};
use crate::graphql::{CacheEntryVersion, GraphQlService, PreparedRequest};
pub use encoding::{EncodedBodies, reuse_encoded_body};
use page::PageHead;
pub use page::{CachedPage, RawAddress};
use tag_headers::TagHeaders;

/// The capacity for ETags, in bytes, if responses are not cached.
const ETAG_CAPACITY: u64 = 8 * 1024 * 1024;
/// The approximate size of an entry in addition to its body, in bytes.
const ENTRY_OVERHEAD: usize = 200;
/// The divisor of the cache size that gives the capacity for raw requests.
const RAW_REQUEST_DIVISOR: u64 = 8;
/// The approximate size of the entry of an address, in bytes.
const RAW_ADDRESS_SIZE: u64 = 200;
/// The divisor of the size of a body that gives the approximate size of its compressed forms.
const ENCODED_DIVISOR: usize = 2;
/// The length of an ETag in bytes of its hash, which makes collisions practically impossible.
const ETAG_LENGTH: usize = 16;

/// The key of a response: a hash of the request and the format.
type Key = [u8; 32];

/// The body of an anonymous POST request.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawRequestKey {
    body: Bytes,
    format: ResponseFormat,
}

impl RawRequestKey {
    /// Returns the key of a request that accepts a cached single response, or `None`.
    pub fn of(identity: &RequestIdentity, headers: &HeaderMap, negotiated: Negotiated, body: &Bytes) -> Option<Self> {
        let format = negotiated.format?;
        let accepts_single_response = negotiated.stream != StreamPreference::Preferred && !bypasses_cache(headers);
        let is_anonymous = identity.caller.viewer.is_none() && !identity.caller.preview;
        (accepts_single_response && is_anonymous).then(|| Self { body: body.clone(), format })
    }
}

/// The response key and the operation of a raw request.
struct RawRequestEntry {
    key: Key,
    info: OperationInfo,
}

/// A request for a response.
pub struct ResponseRequest<'a> {
    pub method: &'a Method,
    pub headers: &'a HeaderMap,
    pub format: ResponseFormat,
    /// The raw request, whose repetition can be answered without parsing it.
    pub raw_request: Option<RawRequestKey>,
}

/// A response in the cache.
struct CachedResponse {
    /// `None` if only ETags are stored.
    text: Option<Bytes>,
    /// The compressed forms of the text.
    encoded: Arc<EncodedBodies>,
    etag: String,
    version: CacheEntryVersion,
    /// The cache tags, once they were sent.
    tags: OnceLock<Option<TagHeaders>>,
    /// `None` for a response of the API.
    page: Option<PageHead>,
}

/// A cache of responses.
pub struct ResponseCache {
    responses: Cache<Key, Arc<CachedResponse>>,
    /// The response key of each raw request.
    raw_requests: Cache<RawRequestKey, Arc<RawRequestEntry>>,
    /// The key of the page at each address as it was requested.
    raw_addresses: Cache<Key, Key>,
    stores_bodies: bool,
    max_age: Duration,
    /// How long shared caches can reuse tagged responses. `None`: responses have no cache tags.
    shared_max_age: Option<Duration>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl ResponseCache {
    /// Creates a cache with the configured size. HTTP caches can reuse responses for `max_age` without revalidation.
    #[must_use]
    pub fn new(settings: &CacheSettings, max_age: Duration, edge: &EdgeSettings) -> Self {
        let stores_bodies = settings.responses > 0;
        let capacity = if stores_bodies { settings.responses } else { ETAG_CAPACITY };
        // The headers with cache tags take about as much as the dependencies.
        let versions = if edge.shared_max_age.is_some() { 2 } else { 1 };
        let responses = Cache::builder()
            .max_capacity(capacity)
            .weigher(move |_: &Key, cached: &Arc<CachedResponse>| {
                let text = cached.text.as_ref().map_or(0, Bytes::len);
                let encoded = text / ENCODED_DIVISOR;
                u32::try_from(ENTRY_OVERHEAD + text + encoded + versions * cached.version.bytes()).unwrap_or(u32::MAX)
            })
            .build();
        let raw_requests = Cache::builder()
            .max_capacity(settings.responses / RAW_REQUEST_DIVISOR)
            .weigher(|raw_request: &RawRequestKey, _: &Arc<RawRequestEntry>| {
                u32::try_from(ENTRY_OVERHEAD + raw_request.body.len()).unwrap_or(u32::MAX)
            })
            .build();
        let raw_addresses = Cache::new(settings.responses / RAW_REQUEST_DIVISOR / RAW_ADDRESS_SIZE);
        let (hits, misses) = (AtomicU64::new(0), AtomicU64::new(0));
        let shared_max_age = edge.shared_max_age;
        Self { responses, raw_requests, raw_addresses, stores_bodies, max_age, shared_max_age, hits, misses }
    }

    /// Returns the number of hits and misses.
    #[must_use]
    pub fn hits_and_misses(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }

    /// Returns the response to an identical request if it is still valid, and its operation.
    pub fn lookup(&self, graphql: &GraphQlService, raw_request: &RawRequestKey) -> Option<(Response, OperationInfo)> {
        let entry = self.raw_requests.get(raw_request)?;
        let cached = self.responses.get(&entry.key)?;
        if !graphql.is_fresh_now(&cached.version) {
            return None;
        }
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some((replay(&cached, raw_request.format), entry.info.clone()))
    }

    /// Remembers the response key of a raw request.
    fn remember(&self, raw_request: Option<RawRequestKey>, key: Key, prepared: &PreparedRequest) {
        if let Some(raw_request) = raw_request.filter(|_| self.stores_bodies && !prepared.registers_apq()) {
            self.raw_requests.insert(raw_request, Arc::new(RawRequestEntry { key, info: OperationInfo::of(prepared) }));
        }
    }

    /// Responds to a query or a mutation, from the cache if possible.
    pub async fn respond(
        &self,
        graphql: &GraphQlService,
        prepared: PreparedRequest,
        ResponseRequest { method, headers, format, raw_request }: ResponseRequest<'_>,
    ) -> Response {
        let by_get = method != Method::POST;
        if !prepared.is_public() || !(by_get || self.stores_bodies) {
            return response::encode(&graphql.execute(prepared).await, format);
        }
        let key = key(&prepared, format);
        // Before the snapshot is taken, so that it includes every change that was made before the response was cached.
        let cached = if prepared.bypass_cache() { None } else { self.responses.get(&key) };
        // Before execution, so that a concurrent write invalidates the response.
        let (stamp, valid_for) = match graphql.snapshot(&prepared).await {
            Ok(present) => present,
            Err(error_response) => return response::encode(&error_response, format),
        };
        if let Some(cached) = cached.filter(|cached| graphql.is_fresh(&cached.version, stamp)) {
            let is_unchanged = by_get && matched_etag(headers, &cached.etag).is_some();
            if is_unchanged || cached.text.is_some() {
                self.hits.fetch_add(1, Ordering::Relaxed);
                self.remember(raw_request, key, &prepared);
                return if by_get {
                    self.replay_with_validators(&cached, headers, format, valid_for)
                } else {
                    replay(&cached, format)
                };
            }
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        let (response, version) = graphql.execute_tracked(prepared, stamp).await;
        match response::to_json(&response) {
            Ok(text) if response.errors.is_empty() => {
                let (tag, text) = (etag(&text), Bytes::from(text));
                let cached = Arc::new(CachedResponse::new(text, tag, version, None));
                let replayed = if by_get {
                    self.replay_with_validators(&cached, headers, format, valid_for)
                } else {
                    replay(&cached, format)
                };
                let cached = if self.stores_bodies { cached } else { Arc::new(cached.without_body()) };
                self.responses.insert(key, cached);
                replayed
            }
            _ => response::encode(&response, format),
        }
    }

    /// Replays a response with its validators, or responds with 304 if the client has it.
    fn replay_with_validators(
        &self,
        cached: &Arc<CachedResponse>,
        headers: &HeaderMap,
        format: ResponseFormat,
        valid_for: Option<Duration>,
    ) -> Response {
        let matched = matched_etag(headers, &cached.etag);
        let mut response = if matched.is_some() { not_modified() } else { replay(cached, format) };
        if matched.is_some() {
            response.headers_mut().append(VARY, VARY_VALUE);
        }
        self.add_validators(&mut response, cached, matched, valid_for);
        response
    }

    /// Adds the ETag, in the encoding that the client has, the cache tags, and how long caches can reuse the response.
    fn add_validators(
        &self,
        response: &mut Response,
        cached: &CachedResponse,
        matched: Option<String>,
        valid_for: Option<Duration>,
    ) {
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::try_from(matched.unwrap_or_else(|| format!("\"{}\"", cached.etag))) {
            headers.insert(ETAG, tag);
        }
        let seconds = |age: Duration| valid_for.map_or(age, |valid_for| age.min(valid_for)).as_secs();
        let mut control = format!("public, max-age={}, must-revalidate", seconds(self.max_age));
        if let Some(age) = self.shared_max_age
            && let Some(tags) = cached.tags()
        {
            tags.add_to(headers);
            control.push_str(&format!(", s-maxage={}", seconds(age)));
        }
        headers.insert(CACHE_CONTROL, HeaderValue::try_from(control).unwrap_or(HeaderValue::from_static("no-cache")));
    }
}

/// Keeps shared caches from storing a response.
pub fn make_private(headers: &mut HeaderMap) {
    TagHeaders::remove_from(headers);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
}

/// Replays a cached response.
fn replay(cached: &Arc<CachedResponse>, format: ResponseFormat) -> Response {
    let text = cached.text.clone().unwrap_or_default();
    let mut response = ([(CONTENT_TYPE, format.content_type())], text).into_response();
    response.headers_mut().append(VARY, VARY_VALUE);
    response.extensions_mut().insert(cached.encoded.clone());
    response
}

impl CachedResponse {
    fn new(text: Bytes, etag: String, version: CacheEntryVersion, page: Option<PageHead>) -> Self {
        Self { text: Some(text), encoded: Arc::default(), etag, version, tags: OnceLock::new(), page }
    }

    fn without_body(&self) -> Self {
        let (etag, version) = (self.etag.clone(), self.version.clone());
        Self { text: None, encoded: Arc::default(), etag, version, tags: OnceLock::new(), page: None }
    }

    fn tags(&self) -> Option<&TagHeaders> {
        self.tags.get_or_init(|| TagHeaders::new(&self.version.cache_tags())).as_ref()
    }
}

fn key(prepared: &PreparedRequest, format: ResponseFormat) -> Key {
    let mut hash = Sha256::new();
    hash.update(prepared.fingerprint());
    hash.update(format.content_type());
    hash.finalize().into()
}

/// Returns whether the client requests an uncached response: <https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1.4>
#[must_use]
pub fn bypasses_cache(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|directive| directive.trim().eq_ignore_ascii_case("no-cache"))
}

/// Returns the ETag of a body.
#[must_use]
pub fn etag(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..ETAG_LENGTH])
}

/// Returns a response with an ETag, which caches must revalidate, or 304 if the client has this version.
#[must_use]
pub fn revalidatable_response(headers: &HeaderMap, content_type: &'static str, text: String) -> Response {
    let tag = etag(&text);
    let matched = matched_etag(headers, &tag);
    let mut response = match matched {
        Some(_) => not_modified(),
        None => ([(CONTENT_TYPE, content_type)], text).into_response(),
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::try_from(matched.unwrap_or_else(|| format!("\"{tag}\""))) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

fn not_modified() -> Response {
    let mut response = (StatusCode::NOT_MODIFIED, Body::empty()).into_response();
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Returns the ETag in `If-None-Match` that matches, in any encoding, as the client sent it.
fn matched_etag(headers: &HeaderMap, tag: &str) -> Option<String> {
    let lines = headers.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).find_map(|matched| {
        // https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2: an asterisk matches any response, and a weak ETag
        // matches.
        if matched == "*" {
            return Some(format!("\"{tag}\""));
        }
        let strong = matched.strip_prefix("W/").unwrap_or(matched);
        let inner = strong.strip_prefix('"')?.strip_suffix('"')?;
        let base = inner.split_once('~').map_or(inner, |(base, _)| base);
        (base == tag).then(|| strong.to_owned())
    })
}

/// Adds the encoding to the ETag, since each encoding of a response needs its own: `"…~br"`.
pub fn add_encoding_to_etag(headers: &mut HeaderMap) {
    if let (Some(tag), Some(encoding)) = (headers.get(ETAG), headers.get(CONTENT_ENCODING))
        && let (Ok(tag), Ok(encoding)) = (tag.to_str(), encoding.to_str())
        && let Ok(tag) = HeaderValue::try_from(format!("{}~{encoding}\"", tag.trim_end_matches('"')))
    {
        headers.insert(ETAG, tag);
    }
}

/// Removes Zstandard from `Accept-Encoding` if the client also accepts Brotli or gzip: some clients list it although
/// their runtime cannot decode it, as whatwg-node's node-fetch on Node.js 20 does.
pub fn avoid_zstd_unless_only_choice(headers: &mut HeaderMap) {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let encodings: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    // An explicit weight is intentional.
    if encodings.contains(&"zstd") && (encodings.contains(&"br") || encodings.contains(&"gzip")) {
        let others: Vec<&str> = encodings.into_iter().filter(|encoding| *encoding != "zstd").collect();
        if let Ok(others) = HeaderValue::try_from(others.join(", ")) {
            headers.insert(ACCEPT_ENCODING, others);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched_by(line: &str) -> Option<String> {
        matched_etag(
            &HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::try_from(line).expect("the tests use visible ASCII"))]),
            "abc",
        )
    }

    #[test]
    fn etags_match_in_any_encoding_and_in_lists() {
        for line in ["*", "\"abc\"", "\"abc~br\"", "W/\"abc~gzip\"", "\"x\", \"abc\"", "\"x\",W/\"abc\""] {
            assert!(matched_by(line).is_some_and(|tag| tag.starts_with("\"abc")), "{line}");
        }
        for line in ["\"ab\"", "abc", "\"abcd\"", "\"x~abc\"", "\"*\"", ""] {
            assert_eq!(matched_by(line), None, "{line}");
        }
    }
}

//! Answers that were given lately: to give them again without executing anything, and to tell caches what they may keep of
//! queries by GET and how they ask whether it is still good.
//!
//! An answer is kept with its [footing](crate::graphql::CacheEntryVersion), which says what it rests on, and holds while nothing of that
//! changes. Only answers that everybody gets alike are kept, and none with an error. A tag is made of the answer itself, so it
//! is the same on every server, and changes when the answer does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::access::Access;
use super::answer::{self, VARIES};
use super::negotiation::{Accepted, Events, Form};
use super::operation_info::OperationInfo;
use crate::config;
use crate::graphql::{CacheEntryVersion, GraphQl, Prepared};

/// Bytes that tags may take where no answers are kept.
const TAGS: u64 = 8 * 1024 * 1024;
/// About how many bytes an entry takes beside its text.
const ENTRY: usize = 200;
/// Which part of the room for answers there is for requests beside it, by which they are found at once.
const SENT: u64 = 8;
/// Bytes of a hash that make a tag: more than chance will ever meet.
const TAG_MASK: usize = 16;

/// What names an answer: the request, and the form that it is written in.
type Key = [u8; 32];

/// A request as it was posted, by somebody who gets what everybody gets.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sent {
    body: Bytes,
    form: Form,
}

impl Sent {
    /// A request that has one answer, and takes one that is kept.
    pub fn once(access: &Access, headers: &HeaderMap, accepted: Accepted, body: &Bytes) -> Option<Self> {
        let form = accepted.form?;
        let takes_one = accepted.events != Events::Preferred && !reads_through(headers);
        let is_anybody = access.caller.viewer.is_none() && !access.caller.preview;
        (takes_one && is_anybody).then(|| Self { body: body.clone(), form })
    }
}

/// What is known of a request that was sent before.
struct Known {
    key: Key,
    info: OperationInfo,
}

/// How an answer is asked for.
pub struct Asked<'a> {
    pub method: &'a Method,
    pub headers: &'a HeaderMap,
    pub form: Form,
    /// The request to the letter, where the same may be answered without reading it once more.
    pub sent: Option<Sent>,
}

/// An answer that was given.
struct Kept {
    /// Nothing where only tags are kept.
    text: Option<Bytes>,
    tag: String,
    footing: CacheEntryVersion,
}

/// The answers that were given lately.
pub struct Answers {
    kept: Cache<Key, Arc<Kept>>,
    /// Which answer is that of a request.
    sent: Cache<Sent, Arc<Known>>,
    keeps_texts: bool,
    max_age: Duration,
    known: AtomicU64,
    new: AtomicU64,
}

impl Answers {
    /// Keeps answers of so many bytes altogether, which a cache may use for so long without asking.
    #[must_use]
    pub fn new(settings: &config::CacheSettings, max_age: Duration) -> Self {
        let keeps_texts = settings.responses > 0;
        let capacity = if keeps_texts { settings.responses } else { TAGS };
        let kept = Cache::builder()
            .max_capacity(capacity)
            .weigher(|_: &Key, kept: &Arc<Kept>| {
                let text = kept.text.as_ref().map_or(0, Bytes::len);
                u32::try_from(ENTRY + text + kept.footing.bytes()).unwrap_or(u32::MAX)
            })
            .build();
        let sent = Cache::builder()
            .max_capacity(settings.responses / SENT)
            .weigher(|sent: &Sent, _: &Arc<Known>| u32::try_from(ENTRY + sent.body.len()).unwrap_or(u32::MAX))
            .build();
        Self { kept, sent, keeps_texts, max_age, known: AtomicU64::new(0), new: AtomicU64::new(0) }
    }

    /// How many answers were given again, and how many were made for what could have been.
    #[must_use]
    pub fn seen(&self) -> (u64, u64) {
        (self.known.load(Ordering::Relaxed), self.new.load(Ordering::Relaxed))
    }

    /// The answer to what was sent before, where it still holds at this moment, and the operation that it answers.
    pub fn again(&self, graphql: &GraphQl, sent: &Sent) -> Option<(Response, OperationInfo)> {
        let known = self.sent.get(sent)?;
        let kept = self.kept.get(&known.key)?;
        if !graphql.holds_now(&kept.footing) {
            return None;
        }
        self.known.fetch_add(1, Ordering::Relaxed);
        Some((give(&kept, sent.form), known.info.clone()))
    }

    /// Remembers which answer is that of a request.
    fn remember(&self, sent: Option<Sent>, key: Key, prepared: &Prepared) {
        if let Some(sent) = sent.filter(|_| self.keeps_texts && !prepared.leaves_name()) {
            self.sent.insert(sent, Arc::new(Known { key, info: OperationInfo::of(prepared) }));
        }
    }

    /// Answers a query or a mutation: again, if it was answered before and that still holds.
    pub async fn answer(
        &self,
        graphql: &GraphQl,
        prepared: Prepared,
        Asked { method, headers, form, sent }: Asked<'_>,
    ) -> Response {
        let by_get = method != Method::POST;
        if !prepared.is_public() || !(by_get || self.keeps_texts) {
            return answer::write(&graphql.execute(prepared).await, form);
        }
        // Before it is executed, so that what is written meanwhile belongs to another state.
        let (stamp, left) = match graphql.stamp(&prepared).await {
            Ok(present) => present,
            Err(failed) => return answer::write(&failed, form),
        };
        let key = key(&prepared, form);
        let known = if prepared.reads_through() { None } else { self.kept.get(&key) };
        if let Some(kept) = known.filter(|kept| graphql.holds(&kept.footing, stamp)) {
            let is_held = by_get && held(headers, &kept.tag).is_some();
            if is_held || kept.text.is_some() {
                self.known.fetch_add(1, Ordering::Relaxed);
                self.remember(sent, key, &prepared);
                return if by_get { self.tell(&kept, headers, form, left) } else { give(&kept, form) };
            }
        }
        self.new.fetch_add(1, Ordering::Relaxed);
        let (response, footing) = graphql.execute_at(prepared, stamp).await;
        match answer::json(&response) {
            Ok(text) if response.errors.is_empty() => {
                let (tag, text) = (tag(&text), Bytes::from(text));
                let kept = Arc::new(Kept { text: Some(text), tag, footing });
                let given = if by_get { self.tell(&kept, headers, form, left) } else { give(&kept, form) };
                let kept = if self.keeps_texts { kept } else { Arc::new(kept.without_text()) };
                self.kept.insert(key, kept);
                given
            }
            _ => answer::write(&response, form),
        }
    }

    /// Gives an answer with what a cache has to know of it, or just that it is the one which the client has.
    fn tell(&self, kept: &Kept, headers: &HeaderMap, form: Form, left: Option<Duration>) -> Response {
        let held = held(headers, &kept.tag);
        let mut response = if held.is_some() { not_modified() } else { give(kept, form) };
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::try_from(held.unwrap_or_else(|| format!("\"{}\"", kept.tag))) {
            headers.insert(ETAG, tag);
        }
        let seconds = left.map_or(self.max_age, |left| self.max_age.min(left)).as_secs();
        let control = format!("public, max-age={seconds}, must-revalidate");
        headers.insert(CACHE_CONTROL, HeaderValue::try_from(control).unwrap_or(HeaderValue::from_static("no-cache")));
        response
    }
}

/// An answer whose text was kept.
fn give(kept: &Kept, form: Form) -> Response {
    let text = kept.text.clone().unwrap_or_default();
    let mut response = ([(CONTENT_TYPE, form.content_type())], text).into_response();
    response.headers_mut().append(VARY, VARIES);
    response
}

impl Kept {
    fn without_text(&self) -> Self {
        Self { text: None, tag: self.tag.clone(), footing: self.footing.clone() }
    }
}

fn key(prepared: &Prepared, form: Form) -> Key {
    let mut hash = Sha256::new();
    hash.update(prepared.fingerprint());
    hash.update(form.content_type());
    hash.finalize().into()
}

/// Whether the client wants nothing that was kept: <https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1.4>
#[must_use]
pub fn reads_through(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|directive| directive.trim().eq_ignore_ascii_case("no-cache"))
}

/// The tag of an answer's text.
#[must_use]
pub fn tag(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..TAG_MASK])
}

fn not_modified() -> Response {
    let mut response = (StatusCode::NOT_MODIFIED, Body::empty()).into_response();
    response.headers_mut().append(VARY, VARIES);
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// The tag by which a client says that it has this answer, in whatever encoding: as it stands in the header.
fn held(headers: &HeaderMap, tag: &str) -> Option<String> {
    let lines = headers.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).find_map(|held| {
        // https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2: an asterisk is any answer, and a weak tag is as good.
        if held == "*" {
            return Some(format!("\"{tag}\""));
        }
        let strong = held.strip_prefix("W/").unwrap_or(held);
        let inner = strong.strip_prefix('"')?.strip_suffix('"')?;
        let base = inner.split_once('~').map_or(inner, |(base, _)| base);
        (base == tag).then(|| strong.to_owned())
    })
}

/// The same answer in another encoding is another row of bytes, so it has another tag: `"…~br"`.
pub fn tag_encoding(headers: &mut HeaderMap) {
    if let (Some(tag), Some(encoding)) = (headers.get(ETAG), headers.get(CONTENT_ENCODING))
        && let (Ok(tag), Ok(encoding)) = (tag.to_str(), encoding.to_str())
        && let Ok(tag) = HeaderValue::try_from(format!("{}~{encoding}\"", tag.trim_end_matches('"')))
    {
        headers.insert(ETAG, tag);
    }
}

/// Leaves Zstandard out for who would as well take Brotli or gzip: clients name it whose runtime cannot read it, as node-fetch
/// of whatwg-node does on Node.js 20.
pub fn prefer_what_all_can_read(headers: &mut HeaderMap) {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let encodings: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    // With a weight, the client has its reasons.
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

    fn held_by(line: &str) -> Option<String> {
        held(&HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::try_from(line).expect("it is a value"))]), "abc")
    }

    #[test]
    fn a_tag_is_known_in_each_encoding_and_among_others() {
        for line in ["*", "\"abc\"", "\"abc~br\"", "W/\"abc~gzip\"", "\"x\", \"abc\"", "\"x\",W/\"abc\""] {
            assert!(held_by(line).is_some_and(|tag| tag.starts_with("\"abc")), "{line}");
        }
        for line in ["\"ab\"", "abc", "\"abcd\"", "\"x~abc\"", "\"*\"", ""] {
            assert_eq!(held_by(line), None, "{line}");
        }
    }
}

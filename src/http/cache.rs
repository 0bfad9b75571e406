//! What caches may keep of answers to queries by GET, and how they ask whether it is still good.
//!
//! A tag is made of the answer itself, so it is the same on every server, and changes when the answer does. Beside it we
//! remember in which [state](crate::graphql::State) of the catalog the answer was made: while that lasts, whoever has it is
//! told so without executing anything.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::answer::VARIES;
use super::negotiation::Form;
use crate::graphql::{Prepared, State};

/// How many answers are remembered, by their tags alone.
const ANSWERS: u64 = 50_000;
/// Bytes of a hash that make a tag: more than chance will ever meet.
const TAG: usize = 16;

/// What names an answer: the request, and the form that it is written in.
type Key = [u8; 32];

/// The tags of answers that were given lately.
pub struct Tags {
    known: Cache<Key, (String, State)>,
    max_age: Duration,
}

/// A request whose answer others may keep.
pub struct Cacheable {
    key: Key,
    state: State,
    /// How long the state will last without a write, where it ends by itself.
    left: Option<Duration>,
}

impl Cacheable {
    /// Asked in this state of the catalog.
    #[must_use]
    pub fn new(prepared: &Prepared, form: Form, (state, left): (State, Option<Duration>)) -> Self {
        let mut hash = Sha256::new();
        hash.update(prepared.fingerprint());
        hash.update(form.content_type());
        Self { key: hash.finalize().into(), state, left }
    }
}

impl Tags {
    /// Answers that a cache may use for so long without asking.
    #[must_use]
    pub fn new(max_age: Duration) -> Self {
        Self { known: Cache::new(ANSWERS), max_age }
    }

    /// The answer to somebody who has it already, as far as we can tell without executing anything.
    #[must_use]
    pub fn unchanged(&self, asked: &Cacheable, headers: &HeaderMap) -> Option<Response> {
        let (tag, state) = self.known.get(&asked.key)?;
        if state != asked.state {
            return None;
        }
        let tag = held(headers, &tag)?;
        Some(self.with_headers(not_modified(), &tag, asked.left))
    }

    /// Remembers an answer by its tag, and tells caches of it; or that it is the one which the client has.
    #[must_use]
    pub fn tell(&self, asked: &Cacheable, headers: &HeaderMap, tag: &str, response: Response) -> Response {
        self.known.insert(asked.key, (tag.to_owned(), asked.state));
        match held(headers, tag) {
            Some(held) => self.with_headers(not_modified(), &held, asked.left),
            None => self.with_headers(response, &format!("\"{tag}\""), asked.left),
        }
    }

    fn with_headers(&self, mut response: Response, tag: &str, left: Option<Duration>) -> Response {
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(tag) {
            headers.insert(ETAG, tag);
        }
        let seconds = left.map_or(self.max_age, |left| self.max_age.min(left)).as_secs();
        let control = format!("public, max-age={seconds}, must-revalidate");
        headers.insert(CACHE_CONTROL, HeaderValue::try_from(control).unwrap_or(HeaderValue::from_static("no-cache")));
        response
    }
}

/// The tag of an answer's text.
#[must_use]
pub fn tag(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..TAG])
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
        // https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2: here a weak tag is as good.
        let strong = held.strip_prefix("W/").unwrap_or(held);
        let inner = strong.strip_prefix('"')?.strip_suffix('"')?;
        let base = inner.split_once('~').map_or(inner, |(base, _)| base);
        (base == tag).then(|| strong.to_owned())
    })
}

/// The same answer in another encoding is another row of bytes, so it has another tag: `"…~br"`.
pub async fn tag_encodings(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let (Some(tag), Some(encoding)) = (headers.get(ETAG), headers.get(CONTENT_ENCODING))
        && let (Ok(tag), Ok(encoding)) = (tag.to_str(), encoding.to_str())
        && let Ok(tag) = HeaderValue::try_from(format!("{}~{encoding}\"", tag.trim_end_matches('"')))
    {
        headers.insert(ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_by(line: &str) -> Option<String> {
        held(&HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::try_from(line).expect("it is a value"))]), "abc")
    }

    #[test]
    fn a_tag_is_known_in_each_encoding_and_among_others() {
        for line in ["\"abc\"", "\"abc~br\"", "W/\"abc~gzip\"", "\"x\", \"abc\"", "\"x\",W/\"abc\""] {
            assert!(held_by(line).is_some_and(|tag| tag.starts_with("\"abc")), "{line}");
        }
        for line in ["\"ab\"", "abc", "\"abcd\"", "\"x~abc\"", "*", ""] {
            assert_eq!(held_by(line), None, "{line}");
        }
    }
}

//! Which pages may open a WebSocket: browsers let any page of any site try, and say which in `Origin`.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use url::Url;

/// Whether a request comes from no page at all, from a page of this server, or from one of the site that shows the
/// catalog.
pub fn is_ours(headers: &HeaderMap, public_url: Option<&Url>) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Some(origin) = origin.to_str().ok().and_then(|origin| Url::parse(origin).ok()) else { return false };
    if public_url.is_some_and(|site| site.origin() == origin.origin()) {
        return true;
    }
    // The scheme is not compared: a proxy in front may be the one that speaks TLS.
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let here = host.and_then(|host| Url::parse(&format!("{}://{host}", origin.scheme())).ok());
    here.is_some_and(|here| here.origin() == origin.origin())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn other_sites_are_told_by_their_origin() {
        let site = Url::parse("https://learn.example/catalog").expect("it is a URL");
        for (origin, host, expected) in [
            (None, "localhost:4000", true),
            (Some("http://localhost:4000"), "localhost:4000", true),
            (Some("https://api.example"), "api.example", true),
            (Some("https://api.example"), "api.example:443", true),
            (Some("https://learn.example"), "api.example", true),
            (Some("http://learn.example"), "api.example", false),
            (Some("http://localhost:4001"), "localhost:4000", false),
            (Some("http://evil.invalid"), "localhost:4000", false),
            (Some("null"), "localhost:4000", false),
            (Some("file://"), "localhost:4000", false),
        ] {
            let mut headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
            headers.extend(origin.map(|origin| (ORIGIN, HeaderValue::from_static(origin))));
            assert_eq!(is_ours(&headers, Some(&site)), expected, "{origin:?} at {host}");
        }
    }
}

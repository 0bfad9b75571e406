//! Checks the origin of a WebSocket: browsers let pages of any site open one, and send the site's origin.

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderValue};
use url::Url;

use crate::config::{CorsOrigins, ServerSettings};
use crate::http::error::HttpError;

/// Checks that a handshake comes from a non-browser client, or from a page of this server (`authority` is its host and
/// port), of the site at `public-url`, or of a site in `cors-origins`.
///
/// # Errors
/// Returns an error if it comes from a page of another site.
pub fn check(headers: &HeaderMap, authority: Option<&str>, server: &ServerSettings) -> Result<(), HttpError> {
    match headers.get(ORIGIN) {
        Some(origin) if !is_allowed(origin, authority, server) => Err(HttpError::origin_not_allowed(origin)),
        _ => Ok(()),
    }
}

fn is_allowed(origin: &HeaderValue, authority: Option<&str>, server: &ServerSettings) -> bool {
    if server.cors_origins == CorsOrigins::All {
        return true;
    }
    let Some(origin) = origin.to_str().ok().and_then(|origin| Url::parse(origin).ok()) else { return false };
    if server.cors_origins.contains(&origin) {
        return true;
    }
    if server.public_url.as_ref().is_some_and(|site| site.origin() == origin.origin()) {
        return true;
    }
    // Ignore the scheme: a proxy may terminate TLS.
    let here = authority.and_then(|authority| Url::parse(&format!("{}://{authority}", origin.scheme())).ok());
    here.is_some_and(|here| here.origin() == origin.origin())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn allowed(origin: Option<&'static str>, authority: &str, origins: CorsOrigins) -> bool {
        let headers = HeaderMap::from_iter(origin.map(|origin| (ORIGIN, HeaderValue::from_static(origin))));
        let public_url = Url::parse("https://learn.example/catalog").ok();
        let server = ServerSettings { public_url, cors_origins: origins, ..Settings::for_testing().server };
        check(&headers, Some(authority), &server).is_ok()
    }

    #[test]
    fn other_origins_are_rejected() {
        for (origin, authority, expected) in [
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
            assert_eq!(allowed(origin, authority, CorsOrigins::None), expected, "{origin:?} at {authority}");
        }
    }

    #[test]
    fn configured_origins_are_allowed() {
        let origins = || {
            let origins = ["https://app.example", "http://localhost:3000", "capacitor://localhost"];
            CorsOrigins::Some(origins.map(str::to_owned).to_vec())
        };
        for (origin, expected) in [
            ("https://app.example", true),
            ("https://app.example:443", true),
            ("http://localhost:3000", true),
            ("capacitor://localhost", true),
            ("capacitor://other", false),
            ("ionic://localhost", false),
            ("http://app.example", false),
            ("https://app.example:8443", false),
            ("https://app.example.evil.invalid", false),
            ("http://evil.invalid", false),
            ("null", false),
        ] {
            assert_eq!(allowed(Some(origin), "api.example", origins()), expected, "{origin}");
        }
        for origin in ["http://evil.invalid", "null", "file://"] {
            assert!(allowed(Some(origin), "api.example", CorsOrigins::All), "{origin}");
        }
    }
}

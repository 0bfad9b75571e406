//! The authority that a request is for: `Host`, or `:authority` in HTTP/2.

use std::net::{Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Request, Uri, Version};

use super::error::HttpError;

const REMEDY: &str = "expected a host name or an address, with an optional port";

/// Returns the host and port of a request. The request target takes precedence over the header.
#[must_use]
pub fn authority<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let named = || headers.get(HOST).and_then(|host| host.to_str().ok());
    uri.authority().map(Authority::as_str).or_else(named)
}

/// Checks that a request has exactly one valid authority, as RFC 9112, section 3.2, and RFC 9113, section 8.3.1,
/// require. A request without a connection, as in tests, has none.
///
/// # Errors
/// Returns an error if the authority is malformed, given twice, or missing although the HTTP version requires it.
pub fn check<B>(request: &Request<B>) -> Result<(), HttpError> {
    if request.extensions().get::<ConnectInfo<SocketAddr>>().is_none() {
        return Ok(());
    }
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err(HttpError::bad_request("Duplicate Host header: send it once."));
    }
    if let Some(host) = host.filter(|host| !Authority::try_from(host.as_bytes()).is_ok_and(|host| is_host(&host))) {
        return Err(HttpError::bad_request(format!("Invalid Host header {host:?}: {REMEDY}.")));
    }
    let target = request.uri().authority();
    if let Some(target) = target.filter(|target| !is_host(target)) {
        let target = target.as_str();
        return Err(HttpError::bad_request(format!("Invalid request target {target:?}: {REMEDY}.")));
    }
    match request.version() {
        Version::HTTP_11 if host.is_none() => Err(HttpError::bad_request("Missing Host header: HTTP/1.1 requires it.")),
        Version::HTTP_09 | Version::HTTP_10 | Version::HTTP_11 => Ok(()),
        _ => match (target, host) {
            (None, None) => {
                Err(HttpError::bad_request("Missing :authority and Host header: HTTP/2 requires one of them."))
            }
            (Some(target), Some(host)) if !host.as_bytes().eq_ignore_ascii_case(target.as_str().as_bytes()) => {
                Err(HttpError::bad_request("The Host header differs from :authority: send only :authority."))
            }
            _ => Ok(()),
        },
    }
}

/// Returns whether an authority consists of a host and an optional port.
fn is_host(authority: &Authority) -> bool {
    let (text, host) = (authority.as_str(), authority.host());
    let port = text.strip_prefix(host);
    let is_address = |inner: &str| inner.parse::<Ipv6Addr>().is_ok();
    if host.strip_prefix('[').is_some_and(|rest| !rest.strip_suffix(']').is_some_and(is_address)) {
        return false;
    }
    let is_port = |port: &str| port.is_empty() || port.strip_prefix(':').is_some_and(is_number);
    !host.is_empty() && port.is_some_and(is_port)
}

/// Returns whether a text is a port number or empty.
fn is_number(port: &str) -> bool {
    port.is_empty() || (port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn checked(version: Version, uri: &str, hosts: &[&'static str]) -> Result<(), HttpError> {
        let peer = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000)));
        let mut request = Request::builder().version(version).uri(uri).extension(peer);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        check(&request.body(()).expect("the parts of the request are valid"))
    }

    #[test]
    fn exactly_one_valid_host_is_required() {
        for host in [
            "localhost",
            "localhost:4000",
            "LEARN.example:",
            "127.0.0.1:80",
            "[::1]:4000",
            "[::1]",
            "my_service",
            "xn--bcher-kva.example",
        ] {
            assert!(checked(Version::HTTP_11, "/", &[host]).is_ok(), "{host}");
        }
        for host in [
            "", "a b", "a, b", "a/b", "http://a", "user@a", ":80", "a:b", "a:99999", "a:1:2", "::1", "[::1", "[zz]",
            "a?b", "a#b",
        ] {
            assert!(checked(Version::HTTP_11, "/", &[host]).is_err(), "{host:?}");
        }
        for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
            assert!(checked(version, "/", &["a", "a"]).is_err(), "{version:?}");
        }
        assert!(checked(Version::HTTP_11, "/", &[]).is_err());
        assert!(checked(Version::HTTP_11, "http://a/", &[]).is_err());
        assert!(checked(Version::HTTP_10, "/", &[]).is_ok());
    }

    #[test]
    fn http_2_accepts_the_authority_as_host() {
        assert!(checked(Version::HTTP_2, "https://learn.example/graphql", &[]).is_ok());
        assert!(checked(Version::HTTP_2, "https://learn.example/graphql", &["Learn.Example"]).is_ok());
        assert!(checked(Version::HTTP_2, "/graphql", &["learn.example"]).is_ok());
        assert!(checked(Version::HTTP_2, "https://learn.example/graphql", &["other.example"]).is_err());
        assert!(checked(Version::HTTP_2, "/graphql", &[]).is_err());
    }

    #[test]
    fn the_target_takes_precedence_over_the_header() {
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static("b.example"))]);
        assert_eq!(authority(&Uri::from_static("http://a.example/"), &headers), Some("a.example"));
        assert_eq!(authority(&Uri::from_static("/"), &headers), Some("b.example"));
        assert_eq!(authority(&Uri::from_static("/"), &HeaderMap::new()), None);
    }
}

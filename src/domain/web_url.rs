//! Web URLs: accepted with letters of any script (IRIs), stored as given, and returned percent-encoded.

use std::fmt::Write;

use thiserror::Error;
use url::{Host, Url};

use crate::domain::limits;

/// An invalid web URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UrlError {
    /// The scheme is neither http nor https.
    #[error("is not a web URL: it must begin with https:// or http://")]
    Scheme,
    /// The URL is longer than [`limits::URL`].
    #[error("is longer than {} characters", limits::URL)]
    TooLong,
    /// The URL contains whitespace or control characters.
    #[error("is not a web URL: it contains whitespace or a control character")]
    Blank,
    /// The URL contains backslashes, which browsers read as slashes and other programs do not.
    #[error("is not a web URL: it contains a backslash")]
    Backslash,
    /// The URL contains credentials, which can reveal a password or disguise the host.
    #[error("must not contain a user name or password")]
    Credentials,
    /// The host is missing or invalid.
    #[error("is not a web URL: its host is missing or invalid")]
    Host,
}

/// Validates a web URL.
///
/// # Errors
/// Returns an error if the URL is longer than 2,048 characters, is neither http nor https, has no valid host, or
/// contains whitespace, control characters, backslashes or credentials.
pub fn check(text: &str) -> Result<(), UrlError> {
    if text.chars().nth(limits::URL).is_some() {
        return Err(UrlError::TooLong);
    }
    if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Err(UrlError::Blank);
    }
    if text.contains('\\') {
        return Err(UrlError::Backslash);
    }
    let parts = Parts::of(text).ok_or(UrlError::Scheme)?;
    if parts.authority.contains('@') {
        return Err(UrlError::Credentials);
    }
    // The parser would skip slashes before the host.
    if parts.authority.is_empty() {
        return Err(UrlError::Host);
    }
    Url::parse(text).map(drop).map_err(|_| UrlError::Host)
}

/// Converts a URL to ASCII: the host to punycode, and other characters to percent-encoding. ASCII URLs do not change.
/// The text need not be a valid URL.
#[must_use]
pub fn to_ascii(text: &str) -> String {
    let Some(Parts { scheme, authority, rest }) = Parts::of(text) else { return percent_encoded(text) };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (authority, None),
    };
    let mut ascii = scheme.to_owned();
    match Host::parse(host) {
        Ok(Host::Domain(domain)) if !host.is_ascii() => ascii.push_str(&domain),
        Ok(_) if host.is_ascii() => ascii.push_str(host),
        _ => ascii.push_str(&percent_encoded(host)),
    }
    if let Some(port) = port {
        ascii.push(':');
        ascii.push_str(port);
    }
    ascii.push_str(&percent_encoded(rest));
    ascii
}

/// The parts of a web URL.
struct Parts<'a> {
    /// The scheme as written, with `://`.
    scheme: &'a str,
    /// Host and port.
    authority: &'a str,
    /// Path, query and fragment.
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let scheme = text.get(..text.find("://")? + 3)?;
        if !["http://", "https://"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            return None;
        }
        let after_scheme = &text[scheme.len()..];
        let end = after_scheme.find(['/', '?', '#']).unwrap_or(after_scheme.len());
        let (authority, rest) = after_scheme.split_at(end);
        Some(Self { scheme, authority, rest })
    }
}

/// Percent-encodes characters that URIs cannot contain, and percent signs that do not start an escape. The first "#"
/// starts the fragment; further ones are encoded.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut in_fragment = false;
    for (at, byte) in text.bytes().enumerate() {
        let is_taken = match byte {
            b'#' => !std::mem::replace(&mut in_fragment, true),
            b'%' => text.as_bytes().get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte),
        };
        if is_taken {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_urls_are_accepted() {
        for text in [
            "https://example.org",
            "http://example.org:8080/a?b=c#d",
            "HTTPS://Example.org/",
            "https://bücher.example/größe?für=ä",
            "https://127.0.0.1/",
            "https://[::1]:8080/",
            "https://example.org/user@host",
            "https://en.wikipedia.org/wiki/Rust_(programming_language)",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn invalid_urls_are_rejected() {
        let long = format!("https://example.org/{}", "ä".repeat(2_029));
        for (text, error) in [
            ("", UrlError::Scheme),
            ("example.org", UrlError::Scheme),
            ("//example.org", UrlError::Scheme),
            ("ftp://example.org", UrlError::Scheme),
            ("javascript:alert(1)//https://example.org", UrlError::Scheme),
            ("https:example.org", UrlError::Scheme),
            (" https://example.org", UrlError::Blank),
            ("https://example.org/a b", UrlError::Blank),
            ("https://example.org/\n", UrlError::Blank),
            ("https://example.org/\u{85}", UrlError::Blank),
            ("https:\\\\example.org", UrlError::Backslash),
            ("https://user@example.org", UrlError::Credentials),
            ("https://user:secret@example.org/", UrlError::Credentials),
            ("https://", UrlError::Host),
            ("https:///example.org", UrlError::Host),
            ("https://:80/", UrlError::Host),
            ("https://a<b/", UrlError::Host),
            ("https://example.org:99999/", UrlError::Host),
            (long.as_str(), UrlError::TooLong),
        ] {
            assert_eq!(check(text), Err(error), "{:?}", text.get(..30).unwrap_or(text));
        }
        assert_eq!(check(long.trim_end_matches('ä')), Ok(()));
        assert_eq!(UrlError::TooLong.to_string(), "is longer than 2048 characters");
    }

    #[test]
    fn non_ascii_characters_are_encoded() {
        for (text, ascii) in [
            (
                "https://bücher.example/größe?für=ä#ö",
                "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe?f%C3%BCr=%C3%A4#%C3%B6",
            ),
            ("https://bücher.example:8080", "https://xn--bcher-kva.example:8080"),
            ("https://例え.jp/", "https://xn--r8jz45g.jp/"),
            ("https://example.org/100%?q=%C3%A4|{x}#a#b", "https://example.org/100%25?q=%C3%A4%7C%7Bx%7D#a%23b"),
        ] {
            assert_eq!(to_ascii(text), ascii);
            assert!(check(&to_ascii(text)).is_ok());
        }
    }

    #[test]
    fn ascii_urls_are_unchanged() {
        for text in [
            "https://example.org",
            "HTTP://Example.org:80/a/../b?c=d&e=%20#f",
            "https://[::1]:8080/",
            "https://a_b.example/",
        ] {
            assert_eq!(to_ascii(text), text);
        }
    }

    #[test]
    fn any_text_becomes_ascii() {
        for text in
            ["", "ä", "%", "%%2", "https://", "https://ä@ö:ü/", "https://\u{202e}/", "\\ \u{0}", "https://[é]/", "a://"]
        {
            assert!(to_ascii(text).is_ascii(), "{text:?}");
        }
    }
}

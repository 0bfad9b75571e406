//! Web addresses: http and https. They may hold letters beyond ASCII, and are served percent-encoded.

use url::Url;

use super::bounds;

/// Why a text is no web address that we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("is no web address: expected one such as https://example.org/page")]
    Malformed,
    #[error("begins with neither http:// nor https://")]
    Scheme,
    #[error("has a blank or control character in it")]
    Blank,
    #[error("holds a user name or password")]
    Credentials,
    #[error("is longer than {} characters", bounds::URL)]
    TooLong,
}

/// Whether `text` is a web address that we take.
///
/// # Errors
/// When it is not, and why.
pub fn check(text: &str) -> Result<(), UrlError> {
    if text.chars().count() > bounds::URL {
        return Err(UrlError::TooLong);
    }
    if text.chars().any(|character| character.is_whitespace() || character.is_control()) {
        return Err(UrlError::Blank);
    }
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => {}
        Some(_) => return Err(UrlError::Scheme),
        None => return Err(UrlError::Malformed),
    }
    let url = Url::parse(text).map_err(|_| UrlError::Malformed)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::Credentials);
    }
    if url.has_host() { Ok(()) } else { Err(UrlError::Malformed) }
}

/// The address in ASCII: the host in Punycode, the rest percent-encoded.
#[must_use]
pub fn to_ascii(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    Url::parse(text).map_or_else(|_| text.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_are_encoded_when_served() {
        assert_eq!(check("https://例え.jp/本?q=ü"), Ok(()));
        assert_eq!(to_ascii("https://例え.jp/本?q=ü"), "https://xn--r8jz45g.jp/%E6%9C%AC?q=%C3%BC");
        assert_eq!(to_ascii("https://example.org"), "https://example.org");
    }

    #[test]
    fn each_mistake_is_named() {
        assert_eq!(check("example.org"), Err(UrlError::Malformed));
        assert_eq!(check("https://"), Err(UrlError::Malformed));
        assert_eq!(check("javascript:alert(1)"), Err(UrlError::Malformed));
        assert_eq!(check("ftp://example.org"), Err(UrlError::Scheme));
        assert_eq!(check("https://exa mple.org"), Err(UrlError::Blank));
        assert_eq!(check("https://ada:secret@example.org"), Err(UrlError::Credentials));
        assert_eq!(check(&format!("https://example.org/{}", "a".repeat(3000))), Err(UrlError::TooLong));
    }
}

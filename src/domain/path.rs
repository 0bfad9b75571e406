//! Addresses: `/kind/code/slug`, the path at which a web app shows a thing.
//!
//! The code alone finds the thing; the slug behind it is decoration, and may be cut, old or missing. With one segment
//! after the kind it may be either, and is tried as a code first.

use entity::kind::NodeKind;

use crate::domain::code::is_code;

/// Bytes of the longest text that is looked at.
const MAX_LENGTH: usize = 2_048;

/// What a path names. At least one of `code` and `slug` is there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The kind of thing, one that has a path.
    pub kind: NodeKind,
    /// The code, where the path has one.
    pub code: Option<String>,
    /// The slug: decoration where `code` came before it, the name to look up where there is no code. Of a path such as
    /// `/career/ci4tzd` the one segment is both, the code to be tried first.
    pub slug: Option<String>,
}

/// The path of a thing: `/career/ci4tzd/back-end-developer`.
#[must_use]
pub fn path_of(kind: NodeKind, code: &str, slug: &str) -> String {
    format!("/{kind}/{code}/{slug}")
}

/// Reads a path. An origin (`https://host`), a query, a fragment and slashes at the end are ignored, and segments are
/// percent-decoded. It is nothing where the path cannot name a thing, or is longer than 2,048 bytes.
#[must_use]
pub fn parse(text: &str) -> Option<Address> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let path = without_origin(text)?.split(['?', '#']).next()?.strip_prefix('/')?.trim_end_matches('/');
    let mut segments = path.split('/').map(percent_decoded);
    let kind = NodeKind::from_name(&segments.next()?).filter(|kind| kind.is_routable())?;
    let first = segments.next().filter(|segment| !segment.is_empty())?;
    let second = segments.next();
    let is_longer = segments.next().is_some();
    let code = Some(first.clone()).filter(|first| is_code(first));
    match second {
        None => Some(Address { kind, code, slug: Some(first) }),
        Some(decoration) => {
            let code = code?;
            // Decoration that repeats the code says nothing, and must not be taken for the one segment that is both; nor is
            // one of several segments a slug.
            let slug = Some(decoration).filter(|decoration| !is_longer && *decoration != code);
            Some(Address { kind, code: Some(code), slug })
        }
    }
}

/// What follows `https://host`, or the text itself where it has no origin.
fn without_origin(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let Some(scheme) = scheme else { return Some(text) };
    let after_scheme = &text[scheme.len()..];
    // An origin without a host is no address; nor is one whose host is followed by a query at once.
    after_scheme.find(['/', '?', '#']).filter(|host_end| *host_end > 0).map(|host_end| &after_scheme[host_end..])
}

/// Resolves `%41` to `A`. A broken escape stays as it is; bytes that are no UTF-8 (a slug that was cut) become U+FFFD.
fn percent_decoded(segment: &str) -> String {
    let mut decoded = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let escaped = match tail {
            [high, low, ..] if byte == b'%' => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        if let Some((high, low)) = escaped {
            decoded.push(high << 4 | low);
            rest = &tail[2..];
        } else {
            decoded.push(byte);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(kind: NodeKind, code: Option<&str>, slug: &str) -> Address {
        Address { kind, code: code.map(str::to_owned), slug: Some(slug.to_owned()) }
    }

    #[test]
    fn a_path_that_was_made_is_read() {
        for kind in NodeKind::ROUTABLE {
            let path = path_of(kind, "ci4tzd", "back-end-developer");
            assert_eq!(parse(&path), Some(address(kind, Some("ci4tzd"), "back-end-developer")), "{path}");
        }
        assert_eq!(path_of(NodeKind::Career, "ci4tzd", "cook"), "/career/ci4tzd/cook");
    }

    #[test]
    fn one_segment_is_a_code_first_and_then_a_slug() {
        assert_eq!(parse("/topic/ci4tzd"), Some(address(NodeKind::Topic, Some("ci4tzd"), "ci4tzd")));
        assert_eq!(parse("/topic/rust"), Some(address(NodeKind::Topic, None, "rust")));
    }

    #[test]
    fn what_surrounds_a_path_is_ignored() {
        let expected = Some(address(NodeKind::Book, Some("ci4tzd"), "sicp"));
        for text in [
            "/book/ci4tzd/sicp/",
            "/book/ci4tzd/sicp//",
            "/book/ci4tzd/sicp?from=/career/x",
            "/book/ci4tzd/sicp/#notes",
            "https://syllabus.example/book/ci4tzd/sicp",
            "HTTP://localhost:8080/book/ci4tzd/sicp?a#b",
            "/b%6Fok/ci4tz%64/s%69cp",
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn decoration_may_be_anything() {
        let bare = Address { kind: NodeKind::Book, code: Some("ci4tzd".to_owned()), slug: None };
        assert_eq!(parse("/book/ci4tzd/sicp/more"), Some(bare));
        assert_eq!(parse("/book/ci4tzd/caf%C3"), Some(address(NodeKind::Book, Some("ci4tzd"), "caf\u{fffd}")));
        assert_eq!(parse("/book/ci4tzd/100%"), Some(address(NodeKind::Book, Some("ci4tzd"), "100%")));
        assert_eq!(parse("/book/ci4tzd/Ä Ö"), Some(address(NodeKind::Book, Some("ci4tzd"), "Ä Ö")));
    }

    #[test]
    fn other_texts_are_no_addresses() {
        let long = format!("/book/ci4tzd/{}", "a".repeat(MAX_LENGTH));
        for text in [
            "",
            "/",
            "//",
            "book/ci4tzd",
            "/book",
            "/book/",
            "/book//",
            "/book//sicp",
            "/book/sicp/ci4tzd",
            "/podcast/ci4tzd",
            "/reading_list/ci4tzd",
            "//host/book/ci4tzd",
            "https://",
            "https:///book/ci4tzd",
            "https://host",
            "https://host?/book/ci4tzd",
            "ftp://host/book/ci4tzd",
            "é",
            "https:/é",
            long.as_str(),
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}

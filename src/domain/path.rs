//! Addresses: `/kind/code/slug`, or `/kind/slug`.

use std::borrow::Cow;

use entity::kind::NodeKind;

use super::code::is_code;
use super::slug::is_slug;

/// The longest path that is looked at, in bytes.
const MAX_LENGTH: usize = 2048;

/// What a path says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    pub kind: NodeKind,
    /// The code; where there is but one segment, what may be one.
    pub code: Option<String>,
    /// The slug; behind a code it is decoration.
    pub slug: Option<String>,
}

/// The path of something: "/career/ci4tzd/back-end-developer".
#[must_use]
pub fn path_of(kind: NodeKind, code: &str, slug: &str) -> String {
    format!("/{kind}/{code}/{slug}")
}

/// Reads a path or the path of a web address. Query, fragment and a slash at the end are ignored. Nothing where it is none of ours.
#[must_use]
pub fn parse(path: &str) -> Option<Address> {
    if path.len() > MAX_LENGTH {
        return None;
    }
    let path = without_origin(path)?;
    let path = path.split(['?', '#']).next()?;
    let mut segments = path.strip_prefix('/')?.strip_suffix('/').unwrap_or(&path[1..]).split('/').map(decoded);
    let kind = NodeKind::from_name(&segments.next()??).filter(|kind| kind.is_routable())?;
    let (first, second) = (segments.next()??, segments.next().map(Option::unwrap_or_default));
    if segments.next().is_some() {
        return None;
    }
    match second {
        Some(slug) if is_code(&first) => Some(Address { kind, code: Some(first.into()), slug: Some(slug.into()) }),
        Some(_) => None,
        None if is_code(&first) => Some(Address { kind, code: Some(first.clone().into()), slug: Some(first.into()) }),
        None => is_slug(&first).then(|| Address { kind, code: None, slug: Some(first.into()) }),
    }
}

/// The path of a web address, or the path itself.
fn without_origin(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("https://").or_else(|| path.strip_prefix("http://"));
    match rest {
        Some(rest) => rest.find('/').map(|slash| &rest[slash..]),
        None => Some(path),
    }
}

/// A segment without its percent-encoding; nothing where that is no UTF-8.
fn decoded(segment: &str) -> Option<Cow<'_, str>> {
    if !segment.contains('%') {
        return Some(Cow::Borrowed(segment));
    }
    let bytes = segment.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = segment.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(code: Option<&str>, slug: Option<&str>) -> Address {
        Address { kind: NodeKind::Career, code: code.map(Into::into), slug: slug.map(Into::into) }
    }

    #[test]
    fn a_code_and_whatever_follows() {
        for path in [
            "/career/ci4tzd/back-end",
            "/career/ci4tzd/back-end/",
            "/career/ci4tzd/back-end?page=2#top",
            "https://learn.example/career/ci4tzd/back-end",
            "http://localhost:3000/career/ci4tzd/back%2Dend",
        ] {
            assert_eq!(parse(path), Some(address(Some("ci4tzd"), Some("back-end"))), "{path}");
        }
        assert_eq!(parse("/career/ci4tzd/%FF"), Some(address(Some("ci4tzd"), Some(""))));
    }

    #[test]
    fn one_segment_may_be_a_code_or_a_slug() {
        assert_eq!(parse("/career/ci4tzd"), Some(address(Some("ci4tzd"), Some("ci4tzd"))));
        assert_eq!(parse("/career/back-end-developer/"), Some(address(None, Some("back-end-developer"))));
    }

    #[test]
    fn what_is_no_address_is_none() {
        let long = format!("/career/{}", "a".repeat(3000));
        for path in [
            "",
            "/",
            "career/ci4tzd",
            "/career",
            "/career/",
            "//ci4tzd",
            "/podcast/ci4tzd",
            "/reading_list/ci4tzd",
            "/career/back-end/developer",
            "/career/ci4tzd/a/b",
            "https://learn.example",
            "/career/%",
            "/career/%zz",
            "/career/\0",
            "/car%E9er/x",
            &long,
        ] {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}

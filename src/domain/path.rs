//! Paths of the web app: `/kind/code/slug`.
//!
//! The code alone identifies the record; the slug after it can be truncated, outdated or missing. A single segment
//! after the kind can be a code or a slug, and is tried as a code first. In a URL, the path of the catalog's base URL
//! precedes it.

use entity::kind::NodeKind;

use crate::domain::base_url::BaseUrl;
use crate::domain::code::is_code;
use crate::domain::invisible::token;
use crate::domain::percent::percent_decoded;

/// The maximum length of a text in bytes.
const MAX_LENGTH: usize = 2_048;

/// The parsed path. At least one of `code` and `slug` is present.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The kind of the record.
    pub kind: NodeKind,
    /// The code, if there is one.
    pub code: Option<String>,
    /// The slug: informative after a code, otherwise the key to look up. In a path such as `/career/ci4tzd`, the
    /// segment is both, and the code is tried first.
    pub slug: Option<String>,
}

/// Returns the path of a record: `/career/ci4tzd/back-end-developer`.
#[must_use]
pub fn path_of(kind: NodeKind, code: &str, slug: &str) -> String {
    format!("/{kind}/{code}/{slug}")
}

/// Parses a path. Ignores an origin (`https://host`), a query, a fragment, trailing slashes, surrounding whitespace and
/// invisible characters, and decodes percent-encoding. Strips the path of `base` first; URLs on its site must have it.
/// `None` if the path cannot identify a record or is longer than 2,048 bytes.
#[must_use]
pub fn parse(text: &str, base: Option<&BaseUrl>) -> Option<Address> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let text = &*token(text);
    let path = without_origin(text)?;
    let Some(base) = base else { return read(path) };
    if let Some(address) = base.strip(path).and_then(read) {
        return Some(address);
    }
    read(path).filter(|_| path.len() == text.len() || !base.is_site_of(text))
}

/// Parses an address of the catalog itself: a path, or a URL below `base`.
#[must_use]
pub fn parse_own(text: &str, base: Option<&BaseUrl>) -> Option<Address> {
    // Parsing the path first is cheap and rejects nearly all other texts.
    let text = &*token(text);
    let address = parse(text, base)?;
    let is_path = text.starts_with('/') && !text.starts_with("//");
    let is_own = is_path || base.is_some_and(|base| base.is_site_of(text));
    is_own.then_some(address)
}

fn read(path: &str) -> Option<Address> {
    let path = path.split(['?', '#']).next()?.strip_prefix('/')?.trim_end_matches('/');
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
            // A slug that repeats the code is ignored, because it must not be mistaken for a single segment that is
            // both; of several further segments, none is a slug.
            let slug =
                Some(decoration).filter(|decoration| !is_longer && !decoration.is_empty() && *decoration != code);
            Some(Address { kind, code: Some(code), slug })
        }
    }
}

/// Returns the text after `https://host`, or the whole text if it has no origin.
fn without_origin(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://", "//"]
        .into_iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let Some(scheme) = scheme else { return Some(text) };
    let after_scheme = &text[scheme.len()..];
    // An origin without a host is invalid, and so is one whose host is directly followed by a query.
    after_scheme.find(['/', '?', '#']).filter(|host_end| *host_end > 0).map(|host_end| &after_scheme[host_end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(kind: NodeKind, code: Option<&str>, slug: &str) -> Address {
        Address { kind, code: code.map(str::to_owned), slug: Some(slug.to_owned()) }
    }

    #[test]
    fn formatted_paths_are_parsed() {
        for kind in NodeKind::ROUTABLE {
            let path = path_of(kind, "ci4tzd", "back-end-developer");
            assert_eq!(parse(&path, None), Some(address(kind, Some("ci4tzd"), "back-end-developer")), "{path}");
        }
        assert_eq!(path_of(NodeKind::Career, "ci4tzd", "cook"), "/career/ci4tzd/cook");
    }

    #[test]
    fn one_segment_is_a_code_first_and_then_a_slug() {
        assert_eq!(parse("/topic/ci4tzd", None), Some(address(NodeKind::Topic, Some("ci4tzd"), "ci4tzd")));
        assert_eq!(parse("/topic/rust", None), Some(address(NodeKind::Topic, None, "rust")));
    }

    #[test]
    fn origins_queries_and_fragments_are_ignored() {
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
            assert_eq!(parse(text, None), expected, "{text}");
        }
    }

    #[test]
    fn slugs_after_a_code_are_arbitrary() {
        let bare = Address { kind: NodeKind::Book, code: Some("ci4tzd".to_owned()), slug: None };
        assert_eq!(parse("/book/ci4tzd/sicp/more", None), Some(bare));
        assert_eq!(parse("/book/ci4tzd/caf%C3", None), Some(address(NodeKind::Book, Some("ci4tzd"), "caf\u{fffd}")));
        assert_eq!(parse("/book/ci4tzd/100%", None), Some(address(NodeKind::Book, Some("ci4tzd"), "100%")));
        assert_eq!(parse("/book/ci4tzd/Ä Ö", None), Some(address(NodeKind::Book, Some("ci4tzd"), "Ä Ö")));
    }

    #[test]
    fn invalid_paths_are_rejected() {
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
            "/game/ci4tzd",
            "/reading_list/ci4tzd",
            "https://",
            "https:///book/ci4tzd",
            "https://host",
            "https://host?/book/ci4tzd",
            "ftp://host/book/ci4tzd",
            "é",
            "https:/é",
            long.as_str(),
        ] {
            assert_eq!(parse(text, None), None, "{text:?}");
        }
    }

    fn base(text: &str) -> BaseUrl {
        BaseUrl::from(&url::Url::parse(text).expect("the URL is valid"))
    }

    #[test]
    fn the_path_of_the_base_url_is_stripped_first() {
        let found = Some(address(NodeKind::Book, Some("ci4tzd"), "sicp"));
        let base = base("https://learn.example/catalog");
        for text in [
            "https://learn.example/catalog/book/ci4tzd/sicp",
            "https://LEARN.example:443/catalog/book/ci4tzd/sicp/?a#b",
            "https://learn.example/c%61talog/book/ci4tzd/sicp",
            "/catalog/book/ci4tzd/sicp",
            "/book/ci4tzd/sicp",
            "https://staging.example/catalog/book/ci4tzd/sicp",
            "https://staging.example/book/ci4tzd/sicp",
        ] {
            assert_eq!(parse(text, Some(&base)), found, "{text}");
        }
        for text in [
            "https://learn.example/book/ci4tzd/sicp",
            "https://learn.example/catalogue/book/ci4tzd/sicp",
            "https://learn.example/blog/catalog/book/ci4tzd/sicp",
            "https://learn.example/catalog",
            "https://learn.example/catalog/",
            "/other/book/ci4tzd/sicp",
        ] {
            assert_eq!(parse(text, Some(&base)), None, "{text}");
        }
    }

    #[test]
    fn a_base_url_may_have_the_path_of_a_kind() {
        let base = base("https://learn.example/book");
        let found = Some(address(NodeKind::Book, Some("ci4tzd"), "sicp"));
        for text in ["/book/book/ci4tzd/sicp", "/book/ci4tzd/sicp", "https://learn.example/book/book/ci4tzd/sicp"] {
            assert_eq!(parse(text, Some(&base)), found, "{text}");
        }
        assert_eq!(parse("https://learn.example/book/ci4tzd/sicp", Some(&base)), None);
    }

    #[test]
    fn own_addresses_are_paths_and_those_beneath_the_base_url() {
        let (bare, catalog) = (base("https://Syllabus.example/"), base("https://syllabus.example/catalog"));
        for (base, text) in [
            (Some(&bare), "/course/ci4tzd/sicp"),
            (Some(&bare), "/course/ci4tzd#top"),
            (Some(&bare), "https://syllabus.example/course/ci4tzd"),
            (Some(&bare), "HTTPS://SYLLABUS.EXAMPLE:443/course/ci4tzd"),
            (Some(&catalog), "/course/ci4tzd"),
            (Some(&catalog), "/catalog/course/ci4tzd"),
            (Some(&catalog), "https://syllabus.example/catalog/course/ci4tzd#top"),
            (Some(&catalog), "//syllabus.example/catalog/course/ci4tzd"),
            (Some(&bare), "//syllabus.example/course/ci4tzd"),
            (Some(&bare), "http://syllabus.example/course/ci4tzd"),
            (None, "/course/ci4tzd"),
        ] {
            let found = parse_own(text, base).map(|address| (address.kind, address.code));
            assert_eq!(found, Some((NodeKind::Course, Some("ci4tzd".to_owned()))), "{text}");
        }
        for (base, text) in [
            (Some(&bare), ""),
            (Some(&bare), "#top"),
            (Some(&bare), "course/ci4tzd"),
            (Some(&bare), "//elsewhere.example/course/ci4tzd"),
            (Some(&bare), "https://syllabus.example:8443/course/ci4tzd"),
            (Some(&bare), "https://elsewhere.example/course/ci4tzd"),
            (Some(&bare), "https://syllabus.example@elsewhere.example/course/ci4tzd"),
            (Some(&bare), "https://syllabus.example/about"),
            (Some(&bare), "/about"),
            (Some(&catalog), "https://syllabus.example/course/ci4tzd"),
            (Some(&catalog), "https://elsewhere.example/catalog/course/ci4tzd"),
            (None, "//syllabus.example/course/ci4tzd"),
            (None, "https://syllabus.example/course/ci4tzd"),
        ] {
            assert_eq!(parse_own(text, base), None, "{text}");
        }
    }
}

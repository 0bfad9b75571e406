//! Atom feeds (RFC 4287).

use std::borrow::Cow;

use askama::Template;

/// A feed.
#[derive(Template)]
#[template(path = "atom.xml")]
pub struct Feed<'a> {
    /// A URL that never changes.
    pub id: String,
    pub title: &'a str,
    pub subtitle: Option<&'a str>,
    /// The URL of the feed itself.
    pub self_url: String,
    /// The URL of the page with the same content.
    pub page_url: String,
    /// The base of relative URLs in the contents.
    pub base_url: String,
    pub language: &'a str,
    /// The name of the site, the author of the feed.
    pub author: &'a str,
    pub updated: String,
    pub entries: Vec<Entry<'a>>,
}

/// An entry of a feed.
pub struct Entry<'a> {
    /// A URL that never changes.
    pub id: String,
    pub title: Cow<'a, str>,
    pub url: String,
    pub category: &'static str,
    pub published: &'a str,
    pub updated: &'a str,
    pub summary: Option<&'a str>,
    /// HTML.
    pub content: Option<&'a str>,
}

/// Returns the part of a path that never changes, without its slug: `/book/hrt2f4`.
#[must_use]
pub fn permanent(path: &str) -> &str {
    path.match_indices('/').nth(2).map_or(path, |(end, _)| &path[..end])
}

/// Returns the later of two times of the API.
#[must_use]
pub fn later<'a>(one: &'a str, other: &'a str) -> &'a str {
    if sort_key(one) < sort_key(other) { other } else { one }
}

/// Returns the sort key of a time of the API. All are in UTC; the fraction of a second can be missing.
#[must_use]
pub fn sort_key(time: &str) -> &str {
    time.trim_end_matches('Z')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permanent_paths_have_no_slug() {
        assert_eq!(permanent("/book/hrt2f4/dune"), "/book/hrt2f4");
        assert_eq!(permanent("/book/hrt2f4"), "/book/hrt2f4");
    }

    #[test]
    fn times_with_and_without_fractions_compare() {
        let (whole, fraction) = ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z");
        assert_eq!(later(whole, fraction), fraction);
        assert_eq!(later(fraction, whole), fraction);
        assert_eq!(later("2026-01-01T00:00:01Z", fraction), "2026-01-01T00:00:01Z");
    }
}

//! The base URL of the catalog, below which the web app has a page for each path.

use url::{Position, Url};

use crate::domain::percent::percent_decoded;

/// A base URL: `https://learn.example`, or `https://example.org/learn`.
#[derive(Clone, Debug)]
pub struct BaseUrl {
    /// Without a trailing slash.
    url: String,
    host: Option<String>,
    /// `None` for the default port of the scheme.
    port: Option<u16>,
    /// The offset of the path in `url`; the path is empty or begins with a slash.
    path_start: usize,
    /// The segments of the path, percent-decoded.
    segments: Vec<String>,
}

impl From<&Url> for BaseUrl {
    fn from(url: &Url) -> Self {
        let (site, path) = (&url[..Position::BeforePath], url.path().trim_end_matches('/'));
        Self {
            url: format!("{site}{path}"),
            host: url.host_str().map(str::to_owned),
            port: url.port(),
            path_start: site.len(),
            segments: path.split('/').skip(1).map(percent_decoded).collect(),
        }
    }
}

impl BaseUrl {
    /// Returns the absolute URL of a path of the catalog: `https://example.org/learn/book/ci4tzd/sicp`.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Returns the path of a page on its site: `/learn/book/ci4tzd/sicp`.
    #[must_use]
    pub fn on_site(&self, path: &str) -> String {
        format!("{}{path}", &self.url[self.path_start..])
    }

    /// Returns whether a URL is on this site, with the scheme `https:`, `http:` or none.
    #[must_use]
    pub fn is_site_of(&self, address: &str) -> bool {
        let url = if address.starts_with("//") { Url::parse(&format!("https:{address}")) } else { Url::parse(address) };
        url.is_ok_and(|url| url.host_str() == self.host.as_deref() && url.port() == self.port)
    }

    /// Strips the path of this URL from a path; `None` if the path does not begin with it.
    #[must_use]
    pub fn strip<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.segments.iter().try_fold(path, |rest, expected| {
            let rest = rest.strip_prefix('/')?;
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            (percent_decoded(&rest[..end]) == *expected).then(|| &rest[end..])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> BaseUrl {
        BaseUrl::from(&Url::parse(text).expect("the URL is valid"))
    }

    #[test]
    fn urls_are_built_below_the_base() {
        for (text, absolute, on_site) in [
            ("https://learn.example", "https://learn.example/book/a", "/book/a"),
            ("https://learn.example/", "https://learn.example/book/a", "/book/a"),
            ("https://Learn.example:443/catalog/", "https://learn.example/catalog/book/a", "/catalog/book/a"),
            ("http://localhost:3000/a/b", "http://localhost:3000/a/b/book/a", "/a/b/book/a"),
        ] {
            let base = base(text);
            assert_eq!((base.absolute("/book/a").as_str(), base.on_site("/book/a").as_str()), (absolute, on_site));
        }
    }

    #[test]
    fn sites_are_compared_by_host_and_port() {
        let base = base("https://learn.example/catalog");
        for address in
            ["https://learn.example/a", "http://LEARN.example", "//learn.example/a", "https://learn.example:443/"]
        {
            assert!(base.is_site_of(address), "{address}");
        }
        for address in
            ["https://learn.example:8443/", "https://other.example/", "//other.example/", "/catalog", "learn.example"]
        {
            assert!(!base.is_site_of(address), "{address}");
        }
    }

    #[test]
    fn base_path_is_stripped_by_segment() {
        let catalog = base("https://learn.example/Kurse/gr%C3%B6%C3%9Fe");
        for (path, rest) in [
            ("/Kurse/größe/book/a", Some("/book/a")),
            ("/Kurse/gr%c3%b6%c3%9fe/book/a?b#c", Some("/book/a?b#c")),
            ("/Kurse/größe", Some("")),
            ("/Kurse/größe?a", Some("?a")),
            ("/kurse/größe/book/a", None),
            ("/Kurse/größen/book/a", None),
            ("/Kurse//größe/book/a", None),
            ("/book/a", None),
            ("Kurse/größe/book/a", None),
            ("", None),
        ] {
            assert_eq!(catalog.strip(path), rest, "{path}");
        }
        assert_eq!(base("https://learn.example").strip("/book/a"), Some("/book/a"));
    }
}

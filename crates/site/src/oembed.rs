//! oEmbed: pages of other sites embed an item as a quotation. <https://oembed.com>

use askama::Template;
use async_graphql_value::ConstValue;
use serde::{Deserialize, Serialize};

use crate::Site;
use crate::address::Address;
use crate::kind::Kind;
use crate::page::{Page, PageRequest, RenderError, read};

/// The size of a quotation in pixels, unless the client allows less. The height is an estimate: a quotation has no
/// frame, so it takes what it needs.
const WIDTH: u32 = 600;
const HEIGHT: u32 = 160;

/// What an address asks for: the item at a path.
#[derive(Clone, Debug)]
pub struct Embed {
    pub path: String,
    format: Format,
    width: u32,
    height: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Xml,
}

/// The item at a path, if the path has one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Found {
    resolve: Option<Resolution>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Resolution {
    canonical_path: String,
    target: Target,
}

/// Items have titles, people and organizations have names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    title: Option<String>,
    name: Option<String>,
    summary: Option<String>,
}

/// The quotation.
#[derive(Template)]
#[template(path = "oembed.html")]
struct Quotation<'a> {
    url: &'a str,
    title: &'a str,
    summary: Option<&'a str>,
}

/// The response, in the order of the specification.
#[derive(Serialize, Template)]
#[template(path = "oembed.xml")]
struct Response<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    version: &'static str,
    title: &'a str,
    provider_name: &'a str,
    provider_url: &'a str,
    html: String,
    width: u32,
    height: u32,
}

impl Embed {
    /// Reads the parameters of an address.
    ///
    /// # Errors
    /// Returns the page of the error that the specification demands.
    pub fn of(site: &Site, address: &Address, origin: &str) -> Result<Self, Page> {
        let format = match address.parameter("format") {
            None | Some("json") => Format::Json,
            Some("xml") => Format::Xml,
            Some(_) => {
                return Err(Page {
                    status: 501,
                    ..Page::new("text/plain; charset=utf-8", site.strings().format_not_supported.clone())
                });
            }
        };
        let url = address.parameter("url").ok_or_else(|| site.error_page(400, None))?;
        let base = site.settings().absolute_url("", origin);
        let path = path_of(url, &base).ok_or_else(|| site.error_page(404, None))?;
        let at_most = |name, size: u32| {
            address.parameter(name).and_then(|limit| limit.parse().ok()).map_or(size, |limit| size.min(limit))
        };
        Ok(Self {
            path: path.to_owned(),
            format,
            width: at_most("maxwidth", WIDTH),
            height: at_most("maxheight", HEIGHT),
        })
    }

    /// Returns what distinguishes the responses for the same item.
    #[must_use]
    pub fn variant(&self) -> String {
        format!("{:?} {}x{}", self.format, self.width, self.height)
    }
}

/// Returns the path of the item with a URL; `None` if it is the URL of another site, or of a page without an item.
fn path_of<'a>(url: &'a str, base: &str) -> Option<&'a str> {
    let path = without_scheme(url)?.strip_prefix(without_scheme(base)?)?;
    let path = path.split(['?', '#']).next()?;
    let kind = path.strip_prefix('/')?.split('/').next()?;
    Kind::from_segment(kind).map(|_| path)
}

/// Returns a URL without its scheme: pages are often linked with the other one.
fn without_scheme(url: &str) -> Option<&str> {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))
}

/// Renders the response.
pub fn render(site: &Site, request: &PageRequest, embed: &Embed, data: ConstValue) -> Result<Page, RenderError> {
    let Some(Resolution { canonical_path, target }) = read::<Found>(data)?.resolve else {
        return Ok(site.error_page(404, None));
    };
    let settings = site.settings();
    let url = settings.absolute_url(&canonical_path, request.origin());
    let title = target.title.or(target.name).unwrap_or_default();
    let quotation = Quotation { url: &url, title: &title, summary: target.summary.as_deref() };
    let response = Response {
        kind: "rich",
        version: "1.0",
        title: &title,
        provider_name: &settings.title,
        provider_url: &settings.absolute_url("/", request.origin()),
        html: quotation.render()?,
        width: embed.width,
        height: embed.height,
    };
    Ok(match embed.format {
        Format::Json => Page::new("application/json", serde_json::json!(response).to_string()),
        Format::Xml => Page::new("text/xml; charset=utf-8", response.render()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{page, render, request, site};

    #[test]
    fn invalid_requests_have_the_errors_of_the_specification() {
        let site = site(Some("https://a.example"));
        for (query, status) in [
            ("url=https://a.example/book/aaaaaa&format=yaml", 501),
            ("url=https://b.example/book/aaaaaa", 404),
            ("", 400),
        ] {
            assert_eq!(page(&site, "/oembed", query).status, status, "{query}");
        }
        let mut request = request(&site, "/oembed", "url=https://a.example/book/aaaaaa");
        let page = render(&site, &mut request, serde_json::json!({ "resolve": null }));
        assert_eq!(page.map(|page| page.status), Some(404));
    }

    #[test]
    fn quotations_are_escaped_and_as_small_as_the_client_demands() {
        let site = site(Some("https://a.example"));
        let mut request = request(&site, "/oembed", "url=https://a.example/person/aaaaaa&maxwidth=300&maxheight=x");
        let target = serde_json::json!({ "name": "<b>&" });
        let data = serde_json::json!({ "resolve": { "canonicalPath": "/person/aaaaaa/b", "target": target } });
        let body = render(&site, &mut request, data).expect("a quotation needs one request").body;
        let response: serde_json::Value = serde_json::from_str(&body).expect("the response is JSON");
        assert_eq!(
            (&response["title"], &response["width"], &response["height"]),
            (&"<b>&".into(), &300.into(), &160.into())
        );
        assert!(response["html"].as_str().is_some_and(|html| html.contains("b\">&#60;b&#62;&#38;</a>")), "{body}");
    }

    #[test]
    fn only_urls_of_items_of_the_site_have_paths() {
        for (url, path) in [
            ("https://a.example/learn/career/ci4tzd/cook?x#y", Some("/career/ci4tzd/cook")),
            ("http://a.example/learn/person/ci4tzd", Some("/person/ci4tzd")),
            ("https://a.example/learn/careers", None),
            ("https://a.example/learn", None),
            ("https://a.example/career/ci4tzd", None),
            ("https://a.example.evil.example/learn/career/ci4tzd", None),
            ("https://b.example/learn/career/ci4tzd", None),
            ("/learn/career/ci4tzd", None),
        ] {
            assert_eq!(path_of(url, "https://a.example/learn"), path, "{url}");
        }
        assert_eq!(path_of("https://a.example.evil/career/ci4tzd", "https://a.example"), None);
    }
}

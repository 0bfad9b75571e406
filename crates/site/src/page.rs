//! Pages: the request for the data of a page, and the rendering of the data.

mod agent;
mod career;
pub mod error;
mod home;
pub mod layout;
mod learning_path;
mod list;
mod more;
mod preview_image;
mod resource;
mod route;
mod search;
mod suggest;
mod topic;
mod topics;

use std::{fmt, mem};

use async_graphql_value::{ConstValue, DeserializerError, Variables, from_value};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Site;
use crate::export;
use crate::feed;
use crate::kind::Kind;
use crate::oembed;
use crate::query::Document;
use crate::sitemap;

pub use route::Route;

/// A response of the site.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub content_type: &'static str,
    /// The address that the client should request instead.
    pub location: Option<String>,
    pub body: String,
}

/// A request for a page: the document to execute, and how to render its data.
pub struct PageRequest {
    pub document: Document,
    pub variables: Variables,
    /// The normalized address. Requests with the same key have the same response in the same state of the catalog.
    pub key: String,
    /// Whether the response is worth caching: it is not specific to one reader.
    pub is_cacheable: bool,
    route: Route,
    origin: String,
    partial: Partial,
}

/// The data of the earlier parts of a page that needs several requests.
#[derive(Default)]
pub enum Partial {
    #[default]
    None,
    Entries(Vec<export::Entry>),
    Sitemap(Vec<sitemap::Entry>),
    Index(sitemap::Index),
}

/// The result of rendering the data of a request.
pub enum Rendered {
    Page(Page),
    /// The page needs more data.
    Incomplete,
}

/// Why a page cannot be rendered: a bug in a document or a template.
#[derive(Debug)]
pub enum RenderError {
    Data(DeserializerError),
    Template(askama::Error),
}

impl fmt::Display for RenderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(error) => write!(formatter, "the data does not have the form of the document: {error}"),
            Self::Template(error) => write!(formatter, "the template failed: {error}"),
        }
    }
}

impl std::error::Error for RenderError {}

impl From<askama::Error> for RenderError {
    fn from(error: askama::Error) -> Self {
        Self::Template(error)
    }
}

/// The data of a document that looks an object up by its path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
pub struct Resolved<T> {
    pub resolve: Option<Resolution<T>>,
    /// Whether the object was public and no longer is.
    pub is_gone: bool,
}

/// The object at a path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Resolution<T> {
    pub canonical_path: String,
    pub is_canonical: bool,
    pub target: T,
}

impl Page {
    /// Creates an HTML page.
    #[must_use]
    pub fn html(status: u16, body: String) -> Self {
        Self { status, ..Self::new("text/html; charset=utf-8", body) }
    }

    /// Creates a page of this media type.
    #[must_use]
    pub fn new(content_type: &'static str, body: String) -> Self {
        Self { status: 200, content_type, location: None, body }
    }
}

impl PageRequest {
    #[must_use]
    pub fn new(site: &Site, route: Route, origin: &str) -> Self {
        let (source, variables) = route.query();
        let variant = route.variant(site, origin);
        let (kind, type_prefix) = (route.kind_of_list(), site.settings.type_prefix.as_deref());
        let document = match kind {
            Some(kind) => source.document_of(kind, type_prefix),
            None => source.document(type_prefix),
        };
        Self {
            key: format!("{}{}{variables}{variant}", document.name, kind.map_or("", Kind::plural)),
            document,
            variables: Variables::from_json(variables),
            is_cacheable: !route.is_personal(),
            route,
            origin: origin.to_owned(),
            partial: Partial::None,
        }
    }

    /// Returns the scheme and the host of the request.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Prepares the request for the same page without facets, which need the search index. Returns false if it has
    /// none. The page is not cached, because nothing invalidates it once the index is up to date.
    pub fn omit_facets(&mut self) -> bool {
        let Some(with_facets) = self.variables.get_mut("withFacets") else { return false };
        let had_facets = mem::replace(with_facets, ConstValue::Boolean(false)) == ConstValue::Boolean(true);
        self.is_cacheable &= !had_facets;
        had_facets
    }

    /// Takes the data of the earlier parts.
    pub fn take_partial(&mut self) -> Partial {
        mem::take(&mut self.partial)
    }

    /// Prepares the request for the next part, with the data of the parts so far.
    pub fn continue_with(&mut self, variables: Value, partial: Partial) -> Rendered {
        self.variables = Variables::from_json(variables);
        self.partial = partial;
        Rendered::Incomplete
    }
}

/// Renders the data of a request.
pub fn render(site: &Site, request: &mut PageRequest, data: ConstValue) -> Result<Rendered, RenderError> {
    let route = &request.route.clone();
    let page = match route {
        Route::Export(export) => return export::render(site, request, export, data),
        Route::SitemapIndex => return sitemap::render_index(site, request, data),
        Route::Sitemap(part) => return sitemap::render(site, request, part, data),
        Route::Feed => feed::render(site, request, data),
        Route::OEmbed(embed) => oembed::render(site, request, embed, data),
        Route::Home => home::render(site, data),
        Route::List(list) => list::render(site, list, data),
        Route::Item { kind, .. } => match kind {
            Kind::Career => object(site, route, data, career::render),
            Kind::Topic => object(site, route, data, topic::render),
            Kind::Person | Kind::Organization => {
                object(site, route, data, |site, resolution| agent::render(site, *kind, resolution))
            }
            _ => object(site, route, data, resource::render),
        },
        Route::MoreEntries { kind, .. } => {
            object(site, route, data, |site, resolution| more::entries(site, *kind, resolution))
        }
        Route::MoreRecommendations { kind, .. } => {
            object(site, route, data, |site, resolution| more::recommendations(site, *kind, resolution))
        }
        Route::MoreWorks { kind, work_kind, .. } => {
            object(site, route, data, |site, resolution| more::works(site, *kind, *work_kind, resolution))
        }
        Route::LearningPath { reader, .. } => {
            object(site, route, data, |site, resolution| learning_path::render(site, reader, resolution))
        }
        Route::Search(search) => search::render(site, search, &read(data)?),
        Route::Suggest(text) => Ok(suggest::render(site, text, &request.origin, &read(data)?)),
    };
    page.map(Rendered::Page)
}

/// Renders a page of the object at a path, or redirects to the same page at its canonical path.
fn object<T: DeserializeOwned>(
    site: &Site,
    route: &Route,
    data: ConstValue,
    render: impl FnOnce(&Site, Resolution<T>) -> Result<Page, RenderError>,
) -> Result<Page, RenderError> {
    let Resolved { resolve, is_gone } = read(data)?;
    match resolve {
        None => Ok(missing(site, is_gone)),
        Some(Resolution { is_canonical: false, canonical_path, .. }) => {
            Ok(redirect(site, &route.address(&canonical_path)))
        }
        Some(resolution) => render(site, resolution),
    }
}

/// Returns the page of an object that does not exist, or no longer.
#[must_use]
pub fn missing(site: &Site, is_gone: bool) -> Page {
    site.error_page(if is_gone { 410 } else { 404 }, None)
}

/// Reads the data of a document.
pub fn read<T: DeserializeOwned>(data: ConstValue) -> Result<T, RenderError> {
    from_value(data).map_err(RenderError::Data)
}

/// Redirects to a path of the catalog for ever.
pub fn redirect(site: &Site, path: &str) -> Page {
    let location = site.settings.href(path);
    Page { location: Some(location), ..Page::html(301, String::new()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{render, request, site};

    #[test]
    fn redirects_keep_the_parameters_of_their_page() {
        let site = site(Some("https://a.example/learn"));
        let mut request = request(&site, "/book/aaaaaa/stews", "recommended-after=x%2By&utm_source=mail");
        let none = json!({
            "totalCount": 60, "pageInfo": { "hasNextPage": false, "endCursor": null }, "nodes": [],
        });
        let target = json!({ "title": "Soups", "listedIn": none });
        let data = json!({
            "isGone": false,
            "resolve": { "canonicalPath": "/book/aaaaaa/soups", "isCanonical": false, "target": target },
        });
        let page = render(&site, &mut request, data).expect("a redirect needs one request");
        let location = "/learn/book/aaaaaa/soups?recommended-after=x%2By";
        assert_eq!((page.status, page.location.as_deref()), (301, Some(location)));
    }

    #[test]
    fn kinds_with_a_document_in_common_list_their_own_objects() {
        let site = site(None);
        let mut keys = Vec::new();
        for (path, field) in [
            ("/books", "list: books(where: $where"),
            ("/videos", "list: videos(where: $where"),
            ("/courses", "list: courses(where: $where"),
            ("/sitemap/people.xml", "items: people(first: 100"),
            ("/sitemap/books.xml", "items: books(first: 100"),
        ] {
            let PageRequest { document, key, .. } = request(&site, path, "");
            assert!(document.text.contains(field), "{path}: {}", document.text);
            let inputs = ["BookWhere", "BookOrder"].iter().filter(|input| document.text.contains(**input));
            assert_eq!(inputs.count(), if path == "/books" { 2 } else { 0 }, "{path}: {}", document.text);
            keys.push(key);
        }
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 5, "{keys:?}");
    }

    #[test]
    fn pages_can_omit_their_facets_once() {
        let site = site(None);
        let mut books = request(&site, "/books", "level=advanced");
        assert!(books.is_cacheable && books.omit_facets());
        assert!(!books.is_cacheable, "nothing invalidates a page without facets");
        assert_eq!(books.variables.get("withFacets"), Some(&ConstValue::Boolean(false)));
        assert!(!books.omit_facets());
        for path in ["/people", "/topic/aaaaaa/a", "/"] {
            assert!(!request(&site, path, "").omit_facets(), "{path}");
        }
    }
}

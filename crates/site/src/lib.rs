//! The public site of a catalog: HTML pages and feeds, rendered from GraphQL responses.
//!
//! This crate does no I/O. [`Site::route`] maps an address to a [`PageRequest`] with a GraphQL document and its
//! variables; the server executes it like a request of an anonymous client; [`Site::render`] renders the data as a
//! [`Page`]. The crate does not depend on the server, so every page uses only what the API offers to every client.

mod address;
mod assets;
mod atom;
mod export;
mod external;
mod feed;
mod format;
mod html;
mod kind;
mod machine_readable;
mod oembed;
mod open_search;
mod page;
mod query;
mod robots;
mod settings;
mod sitemap;
mod strings;
#[cfg(test)]
mod testing;
mod view;
mod xml;

pub use assets::Asset;
pub use page::{Page, PageRequest, RenderError, Rendered};
pub use query::Document;
pub use settings::Settings;
pub use strings::{Strings, StringsError};

use async_graphql_value::ConstValue;

use address::Address;
use assets::Assets;
use page::Route;

/// The site of one catalog.
pub struct Site {
    settings: Settings,
    assets: Assets,
}

/// The response to an address, as far as it is known without data.
pub enum Routed {
    /// A page that needs data.
    Request(PageRequest),
    /// A page that needs none.
    Page(Page),
}

impl Site {
    /// Creates the site.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let assets = Assets::new(settings.stylesheet.as_deref());
        Self { settings, assets }
    }

    /// Finds the page of an address. The path and the query string are percent-encoded; `origin` is the scheme and the
    /// host of the request, for absolute URLs if the settings have no public URL.
    #[must_use]
    pub fn route(&self, path: &str, query: &str, origin: &str) -> Routed {
        let address = Address::parse(path, query);
        if let Some(routed) = machine_readable::route(self, &address, origin) {
            return routed;
        }
        match Route::of(&address) {
            Some(route) => Routed::Request(PageRequest::new(self, route, origin)),
            None => Routed::Page(self.error_page(404, None)),
        }
    }

    /// Renders a page from the data of the response to its document. If the result is [`Rendered::Incomplete`], the
    /// request has the variables of the next part; execute and render it again. The page then depends on the data of
    /// all parts; the key of the request remains the same.
    ///
    /// # Errors
    /// Returns an error if the data does not have the form of the document, which is a bug.
    pub fn render(&self, request: &mut PageRequest, data: ConstValue) -> Result<Rendered, RenderError> {
        page::render(self, request, data)
    }

    /// Renders the page of an error with this HTTP status. `request_id` helps the operator to find an internal error in
    /// the log.
    #[must_use]
    pub fn error_page(&self, status: u16, request_id: Option<&str>) -> Page {
        page::error::render(self, status, request_id)
    }

    /// Returns the `Content-Security-Policy` of the pages.
    #[must_use]
    pub fn security_policy(&self) -> String {
        self.settings.security_policy()
    }

    /// Returns the files with their paths. A path changes with the content, so a file can be cached forever.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Asset)> {
        self.assets.files()
    }

    /// Returns the settings.
    fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the texts.
    fn strings(&self) -> &Strings {
        &self.settings.strings
    }

    /// Returns the files.
    fn assets(&self) -> &Assets {
        &self.assets
    }

    /// Returns all documents, for validation.
    #[must_use]
    pub fn documents(&self) -> Vec<Document> {
        Document::all(self.settings.type_prefix.as_deref())
    }
}

//! What several tests need.

use async_graphql_value::ConstValue;
use serde_json::Value;

use crate::page::{Page, PageRequest, Rendered};
use crate::{Routed, Settings, Site, Strings};

/// The origin of all requests.
pub const ORIGIN: &str = "http://localhost:4000";

/// Creates a site with few settings.
pub fn site(public_url: Option<&str>) -> Site {
    Site::new(settings(public_url))
}

/// Returns minimal settings.
pub fn settings(public_url: Option<&str>) -> Settings {
    Settings {
        title: "Learning".to_owned(),
        tagline: None,
        logo: None,
        image: None,
        stylesheet: None,
        footer: None,
        language: "en".to_owned(),
        strings: Strings::built_in(),
        public_url: public_url.map(|url| url.parse().expect("URLs of tests are valid")),
        image_hosts: Vec::new(),
        type_prefix: None,
    }
}

/// Returns the request of an address, which must need data.
pub fn request(site: &Site, path: &str, query: &str) -> PageRequest {
    match site.route(path, query, ORIGIN) {
        Routed::Request(request) => request,
        Routed::Page(_) => panic!("{path} needs no data"),
    }
}

/// Returns the page of an address that needs no data.
pub fn page(site: &Site, path: &str, query: &str) -> Page {
    match site.route(path, query, ORIGIN) {
        Routed::Page(page) => page,
        Routed::Request(_) => panic!("{path} needs data"),
    }
}

/// Renders data; `None` if the page needs more.
pub fn render(site: &Site, request: &mut PageRequest, data: Value) -> Option<Page> {
    let data = ConstValue::from_json(data).expect("JSON is a GraphQL value");
    match site.render(request, data).expect("the data has the form of the document") {
        Rendered::Page(page) => Some(page),
        Rendered::Incomplete => None,
    }
}

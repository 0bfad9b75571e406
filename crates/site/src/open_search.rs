//! The description of the search for browsers (`OpenSearch` 1.1).

use askama::Template;

use crate::Site;
use crate::page::Page;

/// The maximum lengths of texts in a description, in characters.
const MAX_SHORT_NAME: usize = 16;
const MAX_DESCRIPTION: usize = 1024;

#[derive(Template)]
#[template(path = "opensearch.xml")]
struct Description<'a> {
    short_name: String,
    summary: String,
    language: &'a str,
    base: String,
    icon: String,
}

/// Returns the description.
pub fn page(site: &Site, origin: &str) -> Page {
    let settings = site.settings();
    let url = |path: &str| settings.absolute_url(path, origin);
    let truncated = |text: &str, length| text.chars().take(length).collect();
    let description = Description {
        short_name: truncated(&settings.title, MAX_SHORT_NAME),
        summary: truncated(settings.tagline(), MAX_DESCRIPTION),
        language: &settings.language,
        base: url(""),
        icon: url(&site.assets().icon),
    };
    match description.render() {
        Ok(body) => Page::new("application/opensearchdescription+xml; charset=utf-8", body),
        Err(_) => site.error_page(500, None),
    }
}

//! robots.txt (RFC 9309).

use crate::Site;
use crate::page::Page;

/// Returns the file. It blocks nothing: crawlers must read a page to see its `noindex`.
pub fn page(site: &Site, origin: &str) -> Page {
    let sitemap = site.settings().absolute_url("/sitemap.xml", origin);
    Page::new("text/plain; charset=utf-8", format!("User-agent: *\nDisallow:\n\nSitemap: {sitemap}\n"))
}

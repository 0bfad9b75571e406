//! The addresses for programs: exports, feeds, sitemaps, and descriptions of the site.

use crate::address::Address;
use crate::export::Export;
use crate::page::{PageRequest, Route};
use crate::{Routed, Site, oembed, open_search, robots, sitemap};

/// Finds the response to an address; `None` if it is not one for programs.
pub fn route(site: &Site, address: &Address, origin: &str) -> Option<Routed> {
    let route = match address.segments()[..] {
        ["robots.txt"] => return Some(Routed::Page(robots::page(site, origin))),
        ["opensearch.xml"] => return Some(Routed::Page(open_search::page(site, origin))),
        ["sitemap", "pages.xml"] => return Some(Routed::Page(sitemap::pages(site, origin))),
        ["oembed"] => match oembed::Embed::of(site, address, origin) {
            Ok(embed) => Route::OEmbed(embed),
            Err(page) => return Some(Routed::Page(page)),
        },
        ["feed.atom"] => Route::Feed,
        ["sitemap.xml"] => Route::SitemapIndex,
        ["sitemap", ..] => Route::Sitemap(sitemap::Part::of(address)?),
        _ => Route::Export(Export::of(address)?),
    };
    Some(Routed::Request(PageRequest::new(site, route, origin)))
}

//! Pages while the search index is behind the catalog.

use std::time::{Duration, Instant};

use crate::common::{Store, on_each_engine};
use crate::site::catalog::{catalog, kinds, path};
use crate::site::public_site::PublicSite;

/// How long a build of the index may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Starts a server that has no index yet, and does not wait for it.
async fn site(store: &Store) -> PublicSite {
    PublicSite::changed(store, catalog(), |settings| settings.search.wait = Duration::ZERO).await
}

#[test]
fn lists_have_no_filters_until_the_index_is_built() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let has_filters = "id=\"filters\"";
        let first = site.get("/books?level=advanced").await;
        first.assert_page(200);
        assert!(first.body.contains("/book/fubkk2/full") && !first.body.contains(has_filters), "{}", first.body);
        assert!(first.body.contains("class=\"active-filters\""), "the active filter can be removed: {}", first.body);
        // Otherwise it would have no filters until a book changes.
        assert_eq!(first.header("cache-control"), "private, no-cache");
        let begin = Instant::now();
        loop {
            let page = site.get("/books?level=advanced").await;
            page.assert_page(200);
            if page.body.contains(has_filters) {
                assert!(page.header("cache-control").starts_with("public"), "{:?}", page.headers);
                break;
            }
            assert!(begin.elapsed() < PATIENCE, "{}", page.body);
        }
    });
}

#[test]
fn searches_say_when_to_retry_until_the_index_is_built() {
    on_each_engine(async |store| {
        let page = site(store).await.get("/search?q=empty").await;
        page.assert_page(503);
        assert_eq!((page.header("retry-after"), page.header("cache-control")), ("1", "no-store"));
    });
}

#[test]
fn only_lists_and_searches_need_the_index() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let mut paths: Vec<String> = ["/", "/topics", "/people", "/feed.atom", "/sitemap/books.xml"]
            .map(str::to_owned)
            .into_iter()
            .chain(kinds().into_iter().map(|(kind, code, _)| path(kind, code)))
            .collect();
        paths.push(format!("{}/path", path("career", "fucar2")));
        for path in paths {
            let page = site.get(&path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(page.header("cache-control").starts_with("public"), "{path}: {:?}", page.headers);
        }
        // None of them built it.
        site.get("/search?q=empty").await.assert_page(503);
    });
}

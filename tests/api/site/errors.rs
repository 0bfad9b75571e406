//! Errors of the site: they are pages, too.

use axum::http::Method;
use serde_json::json;

use crate::common::{Lines, on_each_engine};
use crate::site::public_site::PublicSite;

const CAREER: &str = "/career/crrck2/cook";

fn records() -> Lines {
    Lines::from([
        json!({ "kind": "career", "slug": "cook", "code": "crrck2", "title": "Cook" }),
        json!({ "kind": "person", "slug": "ada", "code": "prsad2", "name": "Ada" }),
        json!({ "kind": "book", "slug": "soups", "code": "bkksp2", "title": "Soups", "authors": ["ada"] }),
        json!({ "kind": "readingList", "owner": { "kind": "career", "slug": "cook" }, "entries": [{ "kind": "book", "slug": "soups" }] }),
    ])
}

#[test]
fn other_methods_are_not_allowed() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, records()).await;
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            for path in ["/", CAREER, "/robots.txt"] {
                let page = site.send(method.clone(), path, &[]).await;
                page.assert_page(405);
                assert_eq!(page.header("allow").replace(' ', ""), "GET,HEAD", "{method} {path}");
                assert!(page.is_noindex());
            }
        }
    });
}

#[test]
fn the_addresses_of_the_api_answer_json_errors() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, records()).await;
        for (method, path, status) in [
            (Method::PUT, "/graphql", 405),
            (Method::GET, "/graphql?query={", 200),
            (Method::POST, "/schema.graphql", 405),
            (Method::GET, "/explorer/nothing.js", 404),
            (Method::POST, "/api/graphql", 404),
            (Method::POST, "/graphql//", 404),
        ] {
            let reply = site.send(method, path, &[]).await;
            assert_eq!(reply.status, status, "{path}");
            assert!(reply.header("content-type").starts_with("application/json"), "{path}");
            assert!(reply.body.contains("\"errors\""), "{path}: {}", reply.body);
        }
    });
}

#[test]
fn invalid_cursors_and_filters_are_bad_requests() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, records()).await;
        for path in [
            "/books?after=nonsense",
            "/books?before=nonsense",
            "/careers?after=nonsense",
            "/people?after=nonsense",
            "/topics?after=nonsense",
            "/search?q=soups&after=nonsense",
            "/career/crrck2/cook?after=nonsense",
            "/book/bkksp2/soups?recommended-after=nonsense",
            "/person/prsad2/ada?kind=book&after=nonsense",
            // Not language tags.
            "/books?language=%3C",
            "/books?language=nonsense-nonsense-",
        ] {
            let page = site.get(path).await;
            page.assert_page(400);
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
            assert!(page.is_noindex() && page.body.contains("<title>Invalid request"), "{path}: {}", page.body);
        }
    });
}

#[test]
fn a_database_outage_is_a_page_that_says_when_to_retry() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, records()).await;
        site.app.database.clone().close().await.expect("it can be closed");
        for path in ["/", CAREER, "/books", "/search?q=soups", "/feed.atom"] {
            let page = site.get(path).await;
            page.assert_page(503);
            assert_eq!((page.header("retry-after"), page.header("cache-control")), ("1", "no-store"), "{path}");
            assert!(page.body.contains("<title>Temporarily unavailable"), "{path}");
        }
        // They need no data.
        for (path, status) in [("/nowhere", 404), ("/robots.txt", 200)] {
            assert_eq!(site.get(path).await.status, status, "{path}");
        }
    });
}

#[test]
fn the_rate_limit_is_a_page_that_says_when_to_retry() {
    on_each_engine(async |store| {
        let site = PublicSite::changed(store, records(), |settings| settings.rate_limit.cost_per_second = 1).await;
        let mut rendered = 0;
        let limited = loop {
            // The page of each reader is rendered each time.
            let page = site.get_from_afar(&format!("{CAREER}/path?hours=5")).await;
            if page.status != 200 {
                break page;
            }
            assert_eq!(page.header("ratelimit-policy"), "\"cost\";q=200000;w=200000");
            rendered += 1;
        };
        assert!(rendered > 5, "a reader can read some pages: {rendered}");
        limited.assert_page(429);
        assert!(limited.body.contains("<title>Too many requests") && limited.is_noindex(), "{}", limited.body);
        let seconds: u64 = limited.header("retry-after").parse().expect("it is a number of seconds");
        assert!((1..=200_000).contains(&seconds), "{seconds}");
        assert_eq!(limited.header("cache-control"), "no-store");
        // Others still can read.
        site.get(CAREER).await.assert_page(200);
    });
}

#[test]
fn a_cached_page_costs_one() {
    on_each_engine(async |store| {
        let site = PublicSite::changed(store, records(), |settings| settings.rate_limit.cost_per_second = 1).await;
        let left = async |path: &str| -> u32 {
            let page = site.get_from_afar(path).await;
            page.assert_page(200);
            let (_, left) = page.header("ratelimit").split_once("r=").expect("there is a budget");
            left.split(';').next().and_then(|left| left.parse().ok()).expect("it is a number")
        };
        for path in [CAREER, "/", "/books"] {
            let mut last = left(path).await;
            let rendered = last;
            for _ in 0..20 {
                last = left(path).await;
            }
            // Some of it comes back in the meantime: one each second.
            assert!((1..=20).contains(&(rendered - last)), "{path}: {rendered}, then {last}");
        }
        assert!(left(CAREER).await < 200_000 - 100, "rendering costs what the documents do");
    });
}

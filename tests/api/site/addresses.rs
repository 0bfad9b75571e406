//! Addresses: redirects to the canonical one, and objects that are gone or never were.

use axum::http::Method;
use serde_json::{Value, json};

use crate::common::{Lines, Store, on_each_engine};
use crate::site::public_site::{PublicSite, settings};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn records() -> Lines {
    Lines::from([
        json!({ "kind": "topic", "slug": "food", "code": "tpcfd2", "title": "Food" }),
        json!({ "kind": "career", "slug": "cook", "code": "crrck2", "title": "Cook", "oldSlugs": ["chef"], "topics": ["food"] }),
        json!({ "kind": "book", "slug": "soups", "code": "bkksp2", "title": "Soups" }),
        json!({ "kind": "book", "slug": "soups-again", "code": "bkksa2", "title": "Soups Again" }),
        json!({ "kind": "book", "slug": "secret", "code": "bkkse2", "title": "Secret", "status": "draft" }),
        json!({ "kind": "readingList", "owner": { "kind": "career", "slug": "cook" }, "entries": [{ "kind": "book", "slug": "soups" }] }),
    ])
}

/// Takes the last cursor of a page.
fn cursor(connection: &mut Value) -> String {
    connection["pageInfo"]["endCursor"].take().as_str().expect("the page has rows").to_owned()
}

async fn site_at(store: &Store, public_url: &str) -> PublicSite {
    let public_url = public_url.parse().expect("it is a URL");
    PublicSite::changed(store, records(), |settings| settings.server.public_url = Some(public_url)).await
}

#[test]
fn cut_old_and_missing_slugs_redirect_to_the_canonical_address() {
    on_each_engine(async |store| {
        let site = site_at(store, "https://learn.example").await;
        let canonical = "/career/crrck2/cook";
        site.get(canonical).await.assert_page(200);
        for path in [
            "/career/crrck2/coo",
            "/career/crrck2/chef",
            "/career/crrck2",
            "/career/crrck2/",
            "/career/cook",
            "/career/chef",
            "/career/chef/",
            "/career/chef?utm_source=mail",
            "/career/%63hef",
            "/career/crrck2/cook/reviews",
            "/career/crrck2/a/b/c",
        ] {
            site.get(path).await.assert_moved(canonical);
        }
        // The slash and the encoding do not count, so the page names its canonical address itself.
        for path in ["/career/crrck2/cook/", "/career/crrck2/c%6Fok", "/career/crrck2/cook?utm_source=mail"] {
            let page = site.get(path).await;
            page.assert_page(200);
            assert!(page.body.contains("<link rel=\"canonical\" href=\"https://learn.example/career/crrck2/cook\">"));
        }
    });
}

#[test]
fn redirects_keep_what_the_reader_asked_for() {
    on_each_engine(async |store| {
        let site = site_at(store, "https://learn.example/catalog").await;
        let entries = "career(by: { code: \"crrck2\" }) { readingList { entries { pageInfo { endCursor } } } }";
        let lists = "book(by: { code: \"bkksp2\" }) { listedIn { pageInfo { endCursor } } }";
        let mut answer = site.ask(&json!({ "query": format!("{{ {entries} {lists} }}") })).await;
        let entry = cursor(&mut answer["data"]["career"]["readingList"]["entries"]);
        let list = cursor(&mut answer["data"]["book"]["listedIn"]);
        for (path, location) in [
            ("/career/chef", "/catalog/career/crrck2/cook"),
            ("/career/crrck2/chef/path", "/catalog/career/crrck2/cook/path"),
            (
                "/career/crrck2/chef/path?x=y&known=book_bkksp2&hours=5",
                "/catalog/career/crrck2/cook/path?hours=5&known=book_bkksp2",
            ),
            ("/book/bkksp2/soups/path", "/catalog/book/bkksp2/soups"),
            ("/career/crrck2/chef.md", "/catalog/career/crrck2/cook.md"),
            ("/career/chef.atom?utm_source=mail", "/catalog/career/crrck2/cook.atom"),
            (&format!("/career/chef?x=y&after={entry}"), &format!("/catalog/career/crrck2/cook?after={entry}")),
            (
                &format!("/book/soups?x=y&recommended-after={list}"),
                &format!("/catalog/book/bkksp2/soups?recommended-after={list}"),
            ),
        ] {
            for base in ["", "/catalog"] {
                let reply = site.get(&format!("{base}{path}")).await;
                assert_eq!((reply.status, reply.header("location")), (301, location), "{base}{path}");
            }
        }
    });
}

#[test]
fn pages_below_a_public_path_answer_with_and_without_it() {
    on_each_engine(async |store| {
        let site = site_at(store, "https://learn.example/catalog/").await;
        for path in ["/", "/careers", "/career/crrck2/cook", "/career/crrck2/cook/path", "/search?q=cook"] {
            let pages = [site.get(path).await, site.get(&format!("/catalog{path}")).await];
            for page in &pages {
                page.assert_page(200);
                let links = page.between(" href=\"", "\"");
                let inner = links.iter().filter(|link| link.starts_with('/'));
                assert!(inner.clone().count() > 5);
                for link in inner {
                    assert!(link.starts_with("/catalog/"), "{path}: {link}");
                }
                for address in page.between(" src=\"", "\"").into_iter().chain(page.between(" action=\"", "\"")) {
                    assert!(address.starts_with("/catalog/"), "{path}: {address}");
                }
            }
            assert_eq!(pages[0].body, pages[1].body);
        }
        site.get("/catalog").await.assert_page(200);
        site.get("/catalogue").await.assert_page(404);
        let page = site.get("/catalog/career/crrck2/cook").await;
        let canonical = page.only("<link rel=\"canonical\" href=\"", "\"");
        assert_eq!(canonical, "https://learn.example/catalog/career/crrck2/cook");
        assert!(page.describes(canonical), "{:?}", page.json_ld());
        let file = page.only("<script src=\"", "\"");
        for path in [file, file.trim_start_matches("/catalog")] {
            assert_eq!(site.get(path).await.status, 200, "{path}");
        }
    });
}

#[test]
fn without_a_public_url_links_are_paths() {
    on_each_engine(async |store| {
        let site = PublicSite::changed(store, records(), |settings| settings.server.public_url = None).await;
        let page = site.get("/career/crrck2/cook").await;
        page.assert_page(200);
        assert_eq!(page.only("<link rel=\"canonical\" href=\"", "\""), "/career/crrck2/cook");
        assert!(!page.body.contains("internal.example"), "the host of a request must not get into a cached page");
        for path in ["/feed.atom", "/sitemap.xml", "/robots.txt"] {
            let body = site.get(path).await.body;
            assert!(body.contains("http://internal.example:4000/"), "{path}: {body}");
        }
        // Feeds need absolute URLs, so each host has its own.
        let other = site.get_with("/feed.atom", &[("host", "other.example")]).await;
        assert!(other.body.contains("http://other.example/") && !other.body.contains("internal.example"));
    });
}

#[test]
fn merged_books_redirect_to_the_remaining_book() {
    on_each_engine(async |store| {
        let site = site_at(store, "https://learn.example").await;
        for path in ["/book/bkksa2/soups-again", "/book/bkksp2/soups"] {
            site.get(path).await.assert_page(200);
        }
        site.change("bookMerge", &json!({ "id": "book_bkksp2", "duplicateIds": ["book_bkksa2"] })).await;
        for path in ["/book/bkksa2/soups-again", "/book/bkksa2", "/book/soups-again"] {
            site.get(path).await.assert_moved("/book/bkksp2/soups");
        }
    });
}

#[test]
fn deleted_and_withdrawn_objects_are_gone_and_others_not_found() {
    on_each_engine(async |store| {
        let site = site_at(store, "https://learn.example").await;
        let (career, topic) = ("/career/crrck2/cook", "/topic/tpcfd2/food");
        let further = [format!("{career}/path"), format!("{career}.md"), format!("{career}?after=x")];
        for path in [career, topic, &further[0], &further[1]] {
            assert_eq!(site.get(path).await.status, 200, "{path}");
        }
        site.change("careerDelete", &json!({ "id": "career_crrck2" })).await;
        site.change("catalogItemArchive", &json!({ "id": "topic_tpcfd2" })).await;
        let other = ["/career/crrck2", "/career/crrck2/chef", "/career/crrck2/cook/reviews"];
        for path in [career, topic, &further[0], &further[1], &further[2]].into_iter().chain(other) {
            let page = site.get(path).await;
            page.assert_page(410);
            assert!(page.body.contains("action=\"/search\""), "there is a search box");
        }
        for path in [
            // Another object can get the slug.
            "/career/cook",
            "/book/bkkse2/secret",
            "/book/bkkse2",
            "/career/zzzzzz/cook",
            "/career/nobody",
            "/career/bkksp2/soups",
            "/career/",
            "/career/cook/reviews",
            "/careers/cook",
            "/nowhere",
            "/nowhere/else/at/all",
            "/.well-known/security.txt",
            "/index.php",
        ] {
            let page = site.get(path).await;
            page.assert_page(404);
            assert!(page.is_noindex() && page.body.contains("action=\"/search\""), "{path}");
        }
        site.change("catalogItemPublish", &json!({ "id": "topic_tpcfd2" })).await;
        site.get(topic).await.assert_page(200);
    });
}

#[test]
fn pages_are_html_whatever_a_client_accepts() {
    on_each_engine(async |store| {
        let site = site_at(store, "https://learn.example").await;
        for accept in ["*/*", BROWSER, "application/json", "text/plain", "image/*", ""] {
            for (path, status) in [("/", 200), ("/career/crrck2/cook", 200), ("/nowhere", 404)] {
                site.get_with(path, &[("accept", accept)]).await.assert_page(status);
            }
        }
    });
}

#[test]
fn head_responds_like_get_without_a_body() {
    on_each_engine(async |store| {
        let site = site_at(store, "https://learn.example").await;
        for path in ["/career/crrck2/cook", "/career/chef", "/nowhere", "/robots.txt"] {
            let get = site.get(path).await;
            let head = site.send(Method::HEAD, path, &[]).await;
            assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path}");
            for name in ["content-type", "content-security-policy", "etag", "location", "cache-control"] {
                assert_eq!(head.header(name), get.header(name), "{path}: {name}");
            }
        }
    });
}

#[test]
fn the_title_of_the_site_is_on_every_page() {
    on_each_engine(async |store| {
        let own = settings("[site]\ntitle = 'Kitchen'").expect("it is valid").site;
        let site = PublicSite::changed(store, records(), |settings| settings.site = own).await;
        for (path, title) in
            [("/", "Kitchen"), ("/career/crrck2/cook", "Cook · Kitchen"), ("/nowhere", "Page not found · Kitchen")]
        {
            assert_eq!(site.get(path).await.only("<title>", "</title>"), title, "{path}");
        }
    });
}

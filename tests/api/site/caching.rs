//! Caching of pages: validators, and invalidation by what a page shows.

use serde_json::{Value, json};

use crate::common::{Lines, NOW, Store, on_each_engine};
use crate::site::public_site::{PublicSite, Reply};

const CAREER: &str = "/career/crrck2/cook";
const DUE: &str = "2026-01-15T13:00:00Z";

fn records() -> Lines {
    Lines::from([
        json!({ "kind": "topic", "slug": "food", "code": "tpcfd2", "title": "Food" }),
        json!({ "kind": "organization", "slug": "press", "code": "rgnpp2", "name": "Kitchen Press" }),
        json!({ "kind": "person", "slug": "ada", "code": "prsad2", "name": "Ada" }),
        json!({ "kind": "book", "slug": "soups", "code": "bkksp2", "title": "Soups", "authors": ["ada"], "publisher": "press" }),
        json!({ "kind": "book", "slug": "stews", "code": "bkkst2", "title": "Stews", "publishedAt": DUE }),
        json!({ "kind": "course", "slug": "knives", "code": "crskn2", "title": "Knives" }),
        json!({ "kind": "video", "slug": "eggs", "code": "vdegg2", "title": "Eggs" }),
        json!({
            "kind": "career", "slug": "cook", "code": "crrck2", "title": "Cook", "topics": ["food"],
            "article": "Start here.\n\n[card](/course/knives)\n",
        }),
        json!({
            "kind": "readingList", "owner": { "kind": "career", "slug": "cook" },
            "entries": [{ "kind": "book", "slug": "soups" }, { "kind": "book", "slug": "stews" }],
        }),
    ])
}

async fn site(store: &Store) -> PublicSite {
    PublicSite::with(store, records()).await
}

/// Returns a page and the number of statements that it needed.
async fn counted(site: &PublicSite, path: &str) -> (Reply, u64) {
    let before = site.app.database.statements();
    let page = site.get(path).await;
    (page, site.app.database.statements() - before)
}

#[test]
fn pages_are_rendered_once() {
    on_each_engine(async |store| {
        let site = site(store).await;
        for path in [CAREER, "/", "/books", "/topic/tpcfd2/food", "/career/cook", "/career/zzzzzz/x", "/search?q=soups"]
        {
            let (first, _) = counted(&site, path).await;
            let (again, statements) = counted(&site, path).await;
            assert_eq!((first.status, &first.body), (again.status, &again.body));
            assert!(statements <= 1, "{path}: a look at the state of the catalog at most, not {statements}");
        }
    });
}

#[test]
fn parameters_without_a_meaning_have_no_entry_of_their_own() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let known = |site: &PublicSite| site.app.database.statements();
        for (path, same) in [
            (CAREER, "/career/crrck2/cook?utm_source=mail"),
            ("/books", "/books?level=expert&page=2&sort="),
            ("/books?topic=food&level=advanced", "/books?level=advanced&x=y&topic=food"),
            ("/search?q=soups", "/search?q=+soups+&kind=planet"),
            ("/career/crrck2/cook/path", "/career/crrck2/cook/path?hours=10&known=nothing"),
        ] {
            let first = site.get(path).await;
            let before = known(&site);
            let page = site.get(same).await;
            assert_eq!(page.body, first.body);
            assert!(known(&site) - before <= 1, "{same}");
        }
    });
}

#[test]
fn matching_etags_return_304() {
    on_each_engine(async |store| {
        let site = site(store).await;
        for path in [CAREER, "/", "/books", "/career/crrck2/cook.md", "/feed.atom"] {
            let page = site.get(path).await;
            assert_eq!(page.header("cache-control"), "public, max-age=0, must-revalidate", "{path}");
            assert_eq!(page.header("last-modified"), "Thu, 15 Jan 2026 12:00:00 GMT", "{path}");
            assert_eq!(page.header("vary"), "accept-encoding", "{path}");
            let etag = page.header("etag");
            assert!(etag.starts_with('"'), "{path}: {etag}");
            for held in [etag, "*", &format!("\"other\", {etag}"), &format!("W/{etag}")] {
                let same = site.get_with(path, &[("if-none-match", held)]).await;
                assert_eq!((same.status, same.body.as_str(), same.header("etag")), (304, "", etag), "{path}: {held}");
                assert_eq!(same.header("vary"), "accept-encoding", "{path}");
            }
            assert_eq!(site.get_with(path, &[("if-none-match", "\"other\"")]).await.status, 200);
        }
        for (path, status) in [("/career/cook", 301), ("/career/zzzzzz/cook", 404)] {
            let page = site.get_with(path, &[("if-none-match", "*")]).await;
            page.assert_page(status);
        }
    });
}

#[test]
fn encodings_have_different_etags() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let plain = site.get(CAREER).await;
        let encoded = site.get_with(CAREER, &[("accept-encoding", "gzip")]).await;
        assert_eq!(encoded.header("content-encoding"), "gzip");
        assert_ne!(encoded.header("etag"), plain.header("etag"));
        let again = site.get_with(CAREER, &[("accept-encoding", "gzip")]).await;
        assert_eq!((again.header("etag"), &again.body), (encoded.header("etag"), &encoded.body));
        let held = [("accept-encoding", "gzip"), ("if-none-match", encoded.header("etag"))];
        let same = site.get_with(CAREER, &held).await;
        assert_eq!((same.status, same.header("etag")), (304, encoded.header("etag")));
    });
}

#[test]
fn a_page_changes_at_once_with_what_it_shows() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let changes: [(&str, Value, &str); 6] = [
            ("careerUpdate", json!({ "id": "career_crrck2", "title": "Head Cook" }), "Head Cook"),
            ("bookUpdate", json!({ "id": "book_bkksp2", "title": "More Soups" }), "More Soups"),
            ("courseUpdate", json!({ "id": "course_crskn2", "title": "Sharp Knives" }), "Sharp Knives"),
            ("personUpdate", json!({ "id": "person_prsad2", "name": "Ada L." }), "Ada L."),
            ("topicUpdate", json!({ "id": "topic_tpcfd2", "title": "Good Food" }), "Good Food"),
            ("careerUpdate", json!({ "id": "career_crrck2", "article": "Begin *now*." }), "<em>now</em>"),
        ];
        for (mutation, input, shown) in changes {
            let before = site.get(CAREER).await;
            assert!(!before.body.contains(shown), "{shown}");
            let stale = [("if-none-match", before.header("etag"))];
            assert_eq!(site.get_with(CAREER, &stale).await.status, 304);
            site.change(mutation, &input).await;
            let path = site.get("/career/crrck2").await.header("location").to_owned();
            let after = site.get_with(&path, &stale).await;
            after.assert_page(200);
            assert!(after.body.contains(shown), "{shown}: {}", after.body);
            assert_eq!(site.get(CAREER).await.status, if path == CAREER { 200 } else { 301 });
            if path != CAREER {
                site.change("careerUpdate", &json!({ "id": "career_crrck2", "slug": "cook" })).await;
            }
        }
    });
}

#[test]
fn other_changes_leave_a_page_in_the_cache() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let (page, rendered) = counted(&site, CAREER).await;
        site.change("videoUpdate", &json!({ "id": "video_vdegg2", "title": "Boiled Eggs" })).await;
        let (same, statements) = counted(&site, CAREER).await;
        assert_eq!(same.header("etag"), page.header("etag"));
        assert!(statements < rendered / 2, "a look at the changes only: {statements} of {rendered} statements");
        assert!(site.get("/videos").await.body.contains("Boiled Eggs"));
    });
}

#[test]
fn an_unpublished_item_disappears_from_all_pages_at_once() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let paths = [
            CAREER,
            "/career/crrck2/cook/path",
            "/career/crrck2/cook.md",
            "/books",
            "/person/prsad2/ada",
            "/search?q=soups",
        ];
        for path in paths {
            assert!(site.get(path).await.body.contains("/book/bkksp2/soups"), "{path}");
        }
        site.change("catalogItemUnpublish", &json!({ "id": "book_bkksp2" })).await;
        for path in paths {
            assert!(!site.get(path).await.body.contains("/book/bkksp2/soups"), "{path}");
        }
        site.change("catalogItemPublish", &json!({ "id": "book_bkksp2" })).await;
        for path in paths {
            assert!(site.get(path).await.body.contains("/book/bkksp2/soups"), "{path}");
        }
    });
}

#[test]
fn a_missing_page_appears_with_its_item() {
    on_each_engine(async |store| {
        let site = site(store).await;
        site.get("/book/bkkst2/stews").await.assert_page(404);
        site.get("/book/stews").await.assert_page(404);
        site.change("catalogItemPublish", &json!({ "id": "book_bkkst2" })).await;
        site.get("/book/bkkst2/stews").await.assert_page(200);
        site.get("/book/stews").await.assert_moved("/book/bkkst2/stews");
    });
}

#[test]
fn scheduled_items_appear_when_they_are_due_and_caches_expire_then() {
    on_each_engine(async |store| {
        let site = PublicSite::changed(store, records(), |settings| {
            settings.server.max_age = Some(std::time::Duration::from_hours(2));
        })
        .await;
        let max_age = |page: &Reply| page.header("cache-control").to_owned();
        let paths = [CAREER, "/books", "/", "/book/bkkst2/stews"];
        for (time, seconds) in [(NOW, 3_600), ("2026-01-15T12:59:00Z", 60), ("2026-01-15T12:59:59.5Z", 0)] {
            site.set_time(time);
            for path in paths {
                let page = site.get(path).await;
                assert!(!page.body.contains("Stews"), "{path} at {time}");
                assert_eq!(max_age(&page), format!("public, max-age={seconds}, must-revalidate"), "{path} at {time}");
            }
        }
        site.set_time(DUE);
        for path in paths {
            let page = site.get(path).await;
            assert!(path == "/" || page.body.contains("Stews"), "{path}: {}", page.body);
            assert_eq!(max_age(&page), "public, max-age=7200, must-revalidate", "{path}");
        }
    });
}

#[test]
fn variants_for_one_reader_are_private_and_not_indexed() {
    on_each_engine(async |store| {
        let site = PublicSite::changed(store, records(), |settings| {
            settings.edge.shared_max_age = Some(std::time::Duration::from_hours(1));
        })
        .await;
        let path = "/career/crrck2/cook/path";
        let everybody = site.get(path).await;
        assert!(everybody.header("cache-control").starts_with("public") && !everybody.is_noindex());
        assert!(everybody.header("surrogate-key").starts_with("catalog "));
        for variant in ["?hours=5", "?known=book_bkksp2", "?hours=20&known=book_bkksp2&known=course_zzzzzz"] {
            for _ in 0..2 {
                let page = site.get(&format!("{path}{variant}")).await;
                page.assert_page(200);
                assert_eq!(page.header("cache-control"), "private, no-cache", "{variant}");
                assert_eq!((page.header("surrogate-key"), page.header("cache-tag")), ("", ""), "{variant}");
                assert!(page.is_noindex(), "{variant}");
                assert_eq!(
                    page.only("<link rel=\"canonical\" href=\"", "\""),
                    format!("https://learn.example{path}"),
                    "{variant}"
                );
            }
        }
        let known = site.get(&format!("{path}?known=book_bkksp2")).await;
        assert!(
            !known.body.contains("<a href=\"/book/bkksp2/soups\">") && known.body.contains("Soups"),
            "{}",
            known.body
        );
    });
}

#[test]
fn pages_do_not_depend_on_tokens() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let page = site.get(CAREER).await;
        let headers = [("authorization", "Bearer syl_wrong"), ("catalog-preview", "drafts")];
        let same = site.get_with(CAREER, &headers).await;
        same.assert_page(200);
        assert_eq!(same.body, page.body);
        assert_eq!(same.header("cache-control"), "no-store", "no response to a token is stored");
    });
}

#[test]
fn errors_are_not_stored() {
    on_each_engine(async |store| {
        let site = site(store).await;
        for path in ["/books?after=nonsense", "/nowhere"] {
            let page = site.get(path).await;
            assert!(!page.header("cache-control").contains("public"), "{path}");
            assert_eq!(page.header("etag"), "", "{path}");
        }
    });
}

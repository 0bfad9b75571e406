//! Addresses of the catalog if `public-url` has a path.

use serde_json::{Value, json};

use crate::common::{Lines, Store, TestApp, on_each_engine};

const BASE: &str = "https://learn.example/catalog";
const ARTICLE: &str = "[Card](https://learn.example/catalog/course/crsgr2/lesson)\n\n\
    [Hidden card](https://learn.example/catalog/book/dddbkk/secret)\n\n\
    [Rooted card](/catalog/book/bkkgr2)\n\n\
    </catalog/course/crsgr2/lesson>\n\n\
    </catalog/book/dddbkk>\n\n\
    See [topic](https://learn.example/catalog/topic/rust#top), [rooted](/catalog/book/bkkgr2), [path](/book/bkkgr2),\n\
    [secret](https://learn.example/catalog/book/dddbkk), [secret](/catalog/book/dddbkk),\n\
    [outside](https://learn.example/book/bkkgr2) and [other](https://elsewhere.example/catalog/book/bkkgr2).\n\n\
    [Outside](https://learn.example/course/crsgr2)\n";

fn records() -> Lines {
    Lines::from([
        json!({ "kind": "topic", "slug": "rust", "code": "tpcgr2", "title": "Rust" }),
        json!({ "kind": "book", "slug": "seen", "code": "bkkgr2", "title": "Seen" }),
        json!({ "kind": "book", "slug": "secret", "code": "dddbkk", "title": "Secret", "status": "draft" }),
        json!({ "kind": "course", "slug": "lesson", "code": "crsgr2", "title": "Lesson" }),
        json!({ "kind": "career", "slug": "cook", "code": "crrgr2", "title": "Cook", "article": ARTICLE }),
    ])
}

async fn catalog(store: &Store) -> TestApp {
    TestApp::with(store, records()).await.shown_at(BASE)
}

async fn resolved(app: &TestApp, path: &str) -> Value {
    let query = "query ($path: String!) { resolve(path: $path) { canonicalPath isCanonical } }";
    let mut data = app.ask_with(query, json!({ "path": path })).await.data();
    data["resolve"].take()
}

#[test]
fn json_ld_urls_resolve() {
    on_each_engine(async |store| {
        let app = catalog(store).await;
        let data = app.data(r#"{ book(by: { code: "bkkgr2" }) { jsonLd } }"#).await;
        let address = data["book"]["jsonLd"]["@id"].as_str().expect("it is a text");
        assert_eq!(address, "https://learn.example/catalog/book/bkkgr2/seen");
        let found = json!({ "canonicalPath": "/book/bkkgr2/seen", "isCanonical": true });
        for path in
            [address, "/catalog/book/bkkgr2/seen", "/book/bkkgr2/seen", "https://elsewhere.example/book/bkkgr2/seen"]
        {
            assert_eq!(resolved(&app, path).await, found, "{path}");
        }
        for path in [
            "https://learn.example/book/bkkgr2/seen",
            "https://learn.example/catalogue/book/bkkgr2/seen",
            "/blog/book/bkkgr2/seen",
            "https://learn.example/catalog/book/dddbkk/secret",
        ] {
            assert_eq!(resolved(&app, path).await, Value::Null, "{path}");
        }
        let bare = app.shown_at("https://learn.example");
        assert_eq!(resolved(&bare, "https://learn.example/book/bkkgr2/seen").await, found);
        assert_eq!(resolved(&bare, "https://learn.example/catalog/book/bkkgr2/seen").await, Value::Null);
    });
}

#[test]
fn embeds_below_the_base_url_are_not_highlighted() {
    on_each_engine(async |store| {
        let app = catalog(store).await;
        let query = |word: &str| {
            format!(r#"{{ careers(query: "{word}") {{ totalCount edges {{ highlights {{ field fragments }} }} }} }}"#)
        };
        let shown = app.data(&query("outside")).await;
        assert_eq!(shown["careers"]["edges"][0]["highlights"][0]["field"], "ARTICLE", "{shown}");
        let hidden = app.data(&query("hidden")).await;
        assert!(!hidden.to_string().contains("<mark>"), "{hidden}");
    });
}

#[test]
fn links_below_the_base_url_are_catalog_links() {
    on_each_engine(async |store| {
        let app = catalog(store).await;
        let query = r#"{ career(by: { code: "crrgr2" }) { article { sections { blocks {
            ... on ArticleEmbed { resource { path } } ... on ArticleProse { html }
        } } } } }"#;
        let data = app.data(query).await;
        let blocks = &data["career"]["article"]["sections"][0]["blocks"];
        let outside = |address: &str, text: &str| {
            format!("<a href=\"https://{address}\" rel=\"noopener noreferrer nofollow\">{text}</a>")
        };
        let prose = format!(
            "<p>See <a href=\"/catalog/topic/tpcgr2/rust#top\">topic</a>, <a href=\"/catalog/book/bkkgr2/seen\">rooted</a>, \
             <a href=\"/catalog/book/bkkgr2/seen\">path</a>,\nsecret, secret,\n{} and {}.</p>\n<p>{}</p>\n",
            outside("learn.example/book/bkkgr2", "outside"),
            outside("elsewhere.example/catalog/book/bkkgr2", "other"),
            outside("learn.example/course/crsgr2", "Outside"),
        );
        let expected = json!([
            { "resource": { "path": "/course/crsgr2/lesson" } },
            { "resource": { "path": "/book/bkkgr2/seen" } },
            { "resource": { "path": "/course/crsgr2/lesson" } },
            { "html": prose },
        ]);
        assert_eq!(*blocks, expected);
    });
}

//! The site beside the API: switched off, and with a restricted API.

use serde_json::{Value, json};
use syllabus::config::{Manifest, SchemaKind, Settings};

use crate::common::{Store, on_each_engine};
use crate::site::catalog::{catalog, kinds, path};
use crate::site::public_site::PublicSite;

/// Asserts that all kinds of pages respond, with settings that restrict the API.
async fn assert_complete(store: &Store, change: impl FnOnce(&mut Settings)) -> PublicSite {
    let site = PublicSite::changed(store, catalog(), change).await;
    let lists = ["/", "/careers", "/books", "/people", "/search?q=empty", "/topics"].map(str::to_owned);
    let items = kinds().into_iter().map(|(kind, code, _)| path(kind, code));
    let path_page = format!("{}/path", path("career", "fucar2"));
    for path in lists.into_iter().chain(items).chain([path_page]) {
        site.get(&path).await.assert_page(200);
    }
    for path in ["/feed.atom", "/sitemap.xml", "/suggest?q=em", "/career/fucar2/full.csv"] {
        assert_eq!(site.get(path).await.status, 200, "{path}");
    }
    site
}

/// Returns the code of the first error of a query.
async fn code(site: &PublicSite, query: &str) -> Value {
    site.ask(&json!({ "query": query })).await["errors"][0]["extensions"]["code"].take()
}

#[test]
fn a_disabled_site_leaves_only_the_api() {
    on_each_engine(async |store| {
        let site = PublicSite::changed(store, catalog(), |settings| settings.site.is_enabled = false).await;
        let root = site.get("/").await;
        assert_eq!((root.status, root.header("location")), (307, "graphql"));
        for path in ["/nowhere", "/careers", "/career/fucar2/full", "/robots.txt", "/feed.atom", "/search?q=a"] {
            let reply = site.get(path).await;
            assert_eq!(reply.status, 404, "{path}");
            let body: Value = serde_json::from_str(&reply.body).expect("it is JSON");
            assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{path}");
        }
        // The public URL is that of a web app, which the links of the API lead to.
        let answer = site.ask(&json!({ "query": "{ book(by: { code: \"fubkk2\" }) { jsonLd } }" })).await;
        assert_eq!(answer["data"]["book"]["jsonLd"]["@id"], "https://learn.example/book/fubkk2/full");
    });
}

#[test]
fn the_site_needs_no_introspection() {
    on_each_engine(async |store| {
        let site = assert_complete(store, |settings| settings.documents.introspection = false).await;
        assert_eq!(code(&site, "{ __schema { queryType { name } } }").await, "GRAPHQL_VALIDATION_FAILED");
    });
}

#[test]
fn the_documents_of_the_site_are_trusted() {
    on_each_engine(async |store| {
        let site = assert_complete(store, |settings| {
            let manifest = json!({ "only": "query Only { catalog { __typename } }" });
            settings.documents.trusted_documents = Manifest::read(&manifest.to_string()).expect("it is a manifest");
            settings.documents.trusted_documents_only = true;
        })
        .await;
        assert_eq!(code(&site, "{ books { totalCount } }").await, "PERSISTED_QUERY_NOT_TRUSTED");
    });
}

#[test]
fn a_subgraph_has_the_site_too() {
    on_each_engine(async |store| {
        let site = assert_complete(store, |settings| settings.federation.schema = SchemaKind::Subgraph).await;
        let answer = site.ask(&json!({ "query": "{ _service { __typename } }" })).await;
        assert_eq!(answer["data"]["_service"]["__typename"], "_Service", "{answer}");
    });
}

#[test]
fn a_low_limit_of_the_cost_applies_to_the_api_only() {
    on_each_engine(async |store| {
        let site = assert_complete(store, |settings| settings.limits.cost = 10).await;
        assert_eq!(code(&site, "{ books(first: 50) { nodes { title } } }").await, "LIMIT_EXCEEDED");
    });
}

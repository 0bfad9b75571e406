//! The GraphQL documents of the site: any client of the API could send them.

use std::collections::BTreeSet;

use ::site::{Routed, Site, Strings};
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::json;
use syllabus::graphql;

use crate::common::on_each_engine;
use crate::site::catalog::{catalog, kinds, path};
use crate::site::public_site::{PUBLIC_URL, PublicSite};

/// Returns a site with these type names.
fn site(type_prefix: Option<&str>) -> Site {
    Site::new(::site::Settings {
        title: "Syllabus".to_owned(),
        tagline: None,
        logo: None,
        image: None,
        stylesheet: None,
        footer: None,
        language: "en".to_owned(),
        strings: Strings::built_in(),
        public_url: Some(PUBLIC_URL.parse().expect("it is a URL")),
        image_hosts: Vec::new(),
        type_prefix: type_prefix.map(str::to_owned),
    })
}

#[test]
fn documents_are_valid_in_all_schemas() {
    let prefixed = |sdl: &str| {
        let words = sdl.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric());
        let word = |word: &str| {
            let name = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
            if ["Person", "Organization"].contains(&name) { format!("Catalog{word}") } else { word.to_owned() }
        };
        words.map(word).collect::<String>()
    };
    for (sdl, prefix) in [(graphql::sdl(), None), (prefixed(&graphql::sdl()), Some("Catalog"))] {
        let schema = Schema::parse_and_validate(sdl, "schema.graphql").expect("it is valid");
        let documents = site(prefix).documents();
        assert!(documents.len() > 20, "{}", documents.len());
        for document in documents {
            let parsed = ExecutableDocument::parse_and_validate(&schema, &document.text, document.name);
            let parsed = parsed.unwrap_or_else(|errors| panic!("{}: {errors}", document.name));
            assert_eq!(parsed.operations.len(), 1, "{}", document.name);
            let operation = parsed.operations.get(None).expect("it has one operation");
            assert!(operation.is_query(), "{}", document.name);
            assert_eq!(operation.name.as_ref().map(ToString::to_string).as_deref(), Some(document.name));
        }
    }
}

#[test]
fn documents_are_within_the_default_limits() {
    on_each_engine(async |store| {
        let server = PublicSite::with(store, catalog()).await;
        let site = site(None);
        let mut addresses: Vec<(String, &str)> =
            ["/", "/feed.atom", "/sitemap.xml", "/sitemap/books.xml"].map(|path| (path.to_owned(), "")).into();
        for plural in
            ["careers", "topics", "courses", "books", "videos", "podcasts", "tutorials", "people", "organizations"]
        {
            addresses.push((format!("/{plural}"), "topic=full&level=advanced&language=en&sort=recommended"));
        }
        for (kind, code, _) in kinds() {
            addresses.push((path(kind, code), ""));
        }
        let career = path("career", "fucar2");
        addresses.push((format!("{career}/path"), "hours=5&known=book_fubkk2"));
        addresses.push((format!("{career}.md"), ""));
        addresses.push(("/search".to_owned(), "q=script&kind=book&topic=full&level=advanced&language=pt"));
        addresses.push(("/suggest".to_owned(), "q=e"));
        addresses.push(("/oembed".to_owned(), "url=https://learn.example/career/fucar2/full"));
        // These have cursors, which are known only from a page before: without one, they begin at the start.
        addresses.push((career, "after=x"));
        addresses.push((path("book", "fubkk2"), "recommended-after=x"));
        addresses.push((path("person", "fuprs2"), "kind=book&after=x"));
        let (mut unseen, mut costs) =
            (site.documents().iter().map(|one| one.name).collect::<BTreeSet<_>>(), Vec::new());
        for (path, query) in addresses {
            let Routed::Request(request) = site.route(&path, query, "http://localhost") else {
                panic!("{path} needs no data");
            };
            let name = request.document.name;
            let mut variables = serde_json::to_value(&request.variables).expect("they are JSON");
            if variables["after"] == json!("x") {
                variables["after"].take();
            }
            let answer = server.ask(&json!({ "query": request.document.text, "variables": variables })).await;
            assert!(answer.get("errors").is_none(), "{name}: {answer:#}");
            costs.push((answer["extensions"]["cost"]["requested"].as_u64(), name));
            unseen.remove(name);
        }
        assert!(unseen.is_empty(), "no address uses {unseen:?}");
        costs.sort_unstable();
        // A reader can open ten pages at once that are not in the cache: the burst of the rate limit is 200,000.
        assert!(costs.last() <= Some(&(Some(20_000), "")), "{costs:#?}");
    });
}

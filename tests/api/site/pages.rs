//! The pages of every kind, of the emptiest and the fullest objects.

use serde_json::Value;

use crate::common::{demo, on_each_engine};
use crate::site::catalog::{RESOURCES, catalog, kinds, long, path};
use crate::site::public_site::{PUBLIC_URL, PublicSite, Reply};

const PLURALS: [&str; 9] =
    ["careers", "topics", "courses", "books", "videos", "podcasts", "tutorials", "people", "organizations"];

/// Asserts that a page can be indexed at its own address.
#[track_caller]
fn assert_canonical(page: &Reply, path: &str) {
    page.assert_page(200);
    assert_eq!(page.only("<link rel=\"canonical\" href=\"", "\""), format!("{PUBLIC_URL}{path}"));
    assert_eq!(page.only("<meta property=\"og:url\" content=\"", "\""), format!("{PUBLIC_URL}{path}"));
    assert!(!page.is_noindex(), "{path}");
    assert!(page.body.contains("<html lang=\"en\" dir=\"ltr\">"), "{path}");
}

#[test]
fn the_home_page_of_a_new_catalog_shows_reading_lists_with_entries() {
    on_each_engine(async |store| {
        let site = PublicSite::changed(store, demo(), |_| ()).await;
        let home = site.get("/").await;
        home.assert_page(200);
        assert_eq!(home.body.matches("#reading_list\"").count(), 8, "{}", home.body);
    });
}

#[test]
fn lists_and_the_home_page_have_a_title_and_a_canonical_address() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, catalog()).await;
        let home = site.get("/").await;
        assert_canonical(&home, "/");
        assert_eq!(home.only("<title>", "</title>"), "Syllabus");
        for plural in PLURALS {
            let page = site.get(&format!("/{plural}")).await;
            assert_canonical(&page, &format!("/{plural}"));
            let heading = page.only("<h1>", "</h1>");
            assert_eq!(heading.to_lowercase(), plural);
            assert_eq!(page.only("<title>", "</title>"), format!("{heading} · Syllabus"));
            for path in page.between("<h2 dir=\"auto\"><a href=\"", "\"") {
                assert_eq!(site.get(path).await.status, 200, "{path}");
            }
        }
    });
}

#[test]
fn the_pages_of_an_empty_catalog_say_so() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, []).await;
        let home = site.get("/").await;
        assert_canonical(&home, "/");
        assert!(home.body.contains("class=\"empty\""), "{}", home.body);
        for plural in PLURALS {
            let page = site.get(&format!("/{plural}")).await;
            assert_canonical(&page, &format!("/{plural}"));
            assert!(page.body.contains("class=\"empty\""), "{plural}");
        }
        for path in ["/search", "/search?q=nothing", "/feed.atom", "/sitemap.xml", "/suggest?q=a"] {
            assert_eq!(site.get(path).await.status, 200, "{path}");
        }
    });
}

#[test]
fn the_emptiest_and_the_fullest_objects_of_every_kind_have_pages() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, catalog()).await;
        for (kind, full, empty) in kinds() {
            for code in [full, empty] {
                let path = path(kind, code);
                let page = site.get(&path).await;
                assert_canonical(&page, &path);
                let heading = page.only("<h1 dir=\"auto\">", "</h1>");
                assert_eq!(page.only("<title>", "</title>"), format!("{heading} · Syllabus"));
                assert_eq!(page.only("<meta property=\"og:title\" content=\"", "\""), heading);
                assert!(page.describes(&format!("{PUBLIC_URL}{path}")), "{:?}", page.json_ld());
            }
            let path = site.get(&format!("/{kind}/long")).await.header("location").to_owned();
            assert!(path.starts_with(&format!("/{kind}/")), "{kind} {path}");
            let page = site.get(&path).await;
            assert_eq!(page.only("<h1 dir=\"auto\">", "</h1>"), long());
        }
    });
}

#[test]
fn owners_of_reading_lists_have_paths_and_exports() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, catalog()).await;
        for (kind, full, empty) in kinds().into_iter().filter(|(kind, ..)| ["career", "topic", "course"].contains(kind))
        {
            for code in [full, empty] {
                let path = path(kind, code);
                let learning_path = site.get(&format!("{path}/path")).await;
                if code == full {
                    assert_canonical(&learning_path, &format!("{path}/path"));
                } else {
                    assert!(learning_path.is_noindex(), "{path}: there is nothing to study");
                }
                for (extension, media_type) in [
                    ("md", "text/markdown; charset=utf-8"),
                    ("csv", "text/csv; charset=utf-8; header=present"),
                    ("bib", "application/x-bibtex; charset=utf-8"),
                    ("json", "application/vnd.citationstyles.csl+json"),
                    ("atom", "application/atom+xml; charset=utf-8"),
                ] {
                    let export = site.get(&format!("{path}.{extension}")).await;
                    assert_eq!((export.status, export.header("content-type")), (200, media_type), "{path}");
                }
            }
        }
    });
}

#[test]
fn sitemaps_have_every_page_that_can_be_indexed() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, catalog()).await;
        let index = site.get("/sitemap.xml").await;
        let mut addresses = Vec::new();
        for part in index.between("<loc>", "</loc>") {
            let part = site.get(part.strip_prefix(PUBLIC_URL).expect("it is a part of the site")).await;
            addresses.extend(part.between("<loc>", "</loc>").into_iter().map(str::to_owned));
        }
        for address in &addresses {
            let path = address.strip_prefix(PUBLIC_URL).expect("it is a page of the site");
            assert_canonical(&site.get(path).await, path);
        }
        let has = |path: &str| addresses.iter().filter(|address| **address == format!("{PUBLIC_URL}{path}")).count();
        for (kind, full, empty) in kinds() {
            let owns_list = ["career", "topic", "course"].contains(&kind);
            for code in [full, empty] {
                let path = path(kind, code);
                let expected = (1, usize::from(owns_list && code == full));
                assert_eq!((has(&path), has(&format!("{path}/path"))), expected, "{path}: {addresses:#?}");
            }
        }
    });
}

#[test]
fn link_previews_have_the_image_of_the_item_or_of_the_site() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, catalog()).await;
        let image = |page: &Reply| page.only("<meta property=\"og:image\" content=\"", "\"").to_owned();
        let of_site = image(&site.get("/").await);
        assert!(
            of_site.starts_with(&format!("{PUBLIC_URL}/assets/")) && of_site.ends_with("/link-preview.png"),
            "{of_site}"
        );
        for (kind, full, empty) in kinds() {
            let own = format!("https://images.example/{kind}.png");
            let has_image = !matches!(kind, "person" | "organization");
            let page = site.get(&path(kind, full)).await;
            assert_eq!(image(&page), if has_image { own } else { of_site.clone() }, "{kind}");
            let card = page.only("<meta name=\"twitter:card\" content=\"", "\"");
            assert_eq!(card, if has_image { "summary" } else { "summary_large_image" }, "{kind}");
            assert_eq!(image(&site.get(&path(kind, empty)).await), of_site, "{kind}");
        }
        for path in ["/books", "/search?q=empty", "/nowhere", &format!("{}/path", path("career", "fucar2"))] {
            assert_eq!(image(&site.get(path).await), of_site, "{path}");
        }
    });
}

#[test]
fn a_page_shows_every_fact_of_the_fullest_object() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, catalog()).await;
        for (kind, code, _) in RESOURCES {
            let page = site.get(&path(kind, code)).await;
            for fact in ["Advanced", "Portuguese (BR)", "11 h", "source.example", "wiki.example"] {
                assert!(page.body.contains(fact), "{kind}: {fact}: {}", page.body);
            }
            let own: &[&str] = match kind {
                "course" => &["5 h", "49.90 EUR", "Week two", "/course/mtcrs2/empty", "sequel", "Reading list"],
                "book" => &["12,345 pages", "300 BCE", "978", "0306406152", "2nd", "Translators"],
                "video" => &["December 31, 1999"],
                "podcast" => &["12 episodes", "https://full.example/feed.xml"],
                _ => &["December 1999"],
            };
            for fact in own {
                assert!(page.body.contains(fact), "{kind}: {fact}: {}", page.body);
            }
        }
    });
}

#[test]
fn files_of_pages_exist_and_are_cached_for_ever() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, []).await;
        let home = site.get("/").await;
        let mut paths = home.between("<script src=\"", "\"");
        paths.extend(home.between("<link rel=\"stylesheet\" href=\"", "\""));
        paths.extend(home.between("<link rel=\"icon\" href=\"", "\""));
        let image = home.only("<meta property=\"og:image\" content=\"", "\"");
        paths.push(image.strip_prefix(PUBLIC_URL).expect("it is an absolute URL of the site"));
        assert_eq!(paths.len(), 4, "{}", home.body);
        for path in paths {
            let file = site.get(path).await;
            assert_eq!(file.status, 200, "{path}");
            assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
        }
        assert_eq!(site.get("/assets/000000000000/site.css").await.status, 404);
    });
}

#[test]
fn formats_for_programs_have_their_media_types() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, catalog()).await;
        let item = path("career", "fucar2");
        for (path, media_type) in [
            ("/feed.atom", "application/atom+xml; charset=utf-8"),
            ("/sitemap.xml", "application/xml; charset=utf-8"),
            ("/sitemap/pages.xml", "application/xml; charset=utf-8"),
            ("/sitemap/careers.xml", "application/xml; charset=utf-8"),
            ("/robots.txt", "text/plain; charset=utf-8"),
            ("/opensearch.xml", "application/opensearchdescription+xml; charset=utf-8"),
            ("/suggest?q=em", "application/x-suggestions+json; charset=utf-8"),
            (&format!("/oembed?url={PUBLIC_URL}{item}"), "application/json"),
            (&format!("/oembed?url={PUBLIC_URL}{item}&format=xml"), "text/xml; charset=utf-8"),
        ] {
            let reply = site.get(path).await;
            assert_eq!((reply.status, reply.header("content-type")), (200, media_type), "{path}: {}", reply.body);
        }
        let suggestions: Value = serde_json::from_str(&site.get("/suggest?q=em").await.body).expect("it is JSON");
        assert_eq!(suggestions[0], "em");
    });
}

#[test]
fn filtered_lists_and_searches_are_not_indexed() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, catalog()).await;
        for path in [
            "/books?level=advanced",
            "/books?sort=newest",
            "/books?topic=full&language=pt-BR",
            "/careers?topic=full",
            "/search",
            "/search?q=empty",
            "/search?q=empty&kind=book&topic=full&level=advanced&language=pt",
        ] {
            let page = site.get(path).await;
            page.assert_page(200);
            assert!(page.is_noindex(), "{path}");
            assert!(!page.body.contains("rel=\"canonical\""), "{path}");
        }
    });
}

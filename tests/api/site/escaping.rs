//! Texts of the catalog and of addresses never become markup, scripts or template code.

use crate::common::on_each_engine;
use crate::site::catalog::{HOSTILE, catalog, kinds, path, title};
use crate::site::public_site::{PublicSite, Reply, settings};

/// Asserts that a page contains no script but its own, and no attribute or element of a hostile text.
#[track_caller]
fn assert_harmless(path: &str, page: &Reply) {
    for script in page.between("<script", ">") {
        let is_own = script.starts_with(" src=\"/assets/") || script == " type=\"application/ld+json\"";
        assert!(is_own, "{path}: {script}");
    }
    for markup in ["<script>", "<img src=x", "javascript:alert", " style=\"", "<b>&"] {
        assert!(!page.body.contains(markup), "{path}: {markup}: {}", page.body);
    }
    for (tag, _) in page.body.match_indices('<') {
        let tag = page.body[tag + 1..].split('>').next().unwrap_or_default();
        // Without the values of attributes, which cannot contain quotes.
        let names: String = tag.split('"').step_by(2).collect();
        assert!(!names.contains(" on"), "{path}: {tag}");
    }
    for image in page.between("<img ", ">") {
        let is_allowed = image.contains("src=\"https://images.example/") || image.contains("src=\"/");
        assert!(is_allowed, "{path}: {image}");
    }
    for policy in ["unsafe", "data:", "*", "http:"] {
        assert!(!page.header("content-security-policy").contains(policy), "{path}");
    }
}

async fn site(store: &crate::common::Store) -> PublicSite {
    let own = settings("[site]\nimage-hosts = 'images.example'").expect("it is valid").site;
    PublicSite::changed(store, catalog(), |settings| settings.site = own).await
}

#[test]
fn texts_of_the_catalog_are_escaped_on_all_pages() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let mut paths: Vec<String> = ["/", "/careers", "/topics", "/courses", "/books", "/videos", "/podcasts"]
            .into_iter()
            .chain(["/tutorials", "/people", "/organizations", "/books?topic=full", "/search?q=script", "/search"])
            .map(str::to_owned)
            .collect();
        for (kind, code, _) in kinds() {
            paths.push(path(kind, code));
        }
        paths.extend(["career", "topic", "course"].map(|kind| format!("{}/path", path(kind, owner(kind)))));
        paths.push(format!("{}/path?hours=5&known=book_fubkk2&known=video_fuvid2", path("career", "fucar2")));
        for path in &paths {
            let page = site.get(path).await;
            page.assert_page(200);
            assert_harmless(path, &page);
            assert!(path == "/search" || page.body.contains("{{ 7*7 }} {% raw %}"), "{path}: {}", page.body);
        }
    });
}

fn owner(kind: &str) -> &'static str {
    kinds().into_iter().find(|(other, ..)| *other == kind).expect("it is a kind").1
}

#[test]
fn json_ld_keeps_hostile_titles_and_stays_in_its_element() {
    on_each_engine(async |store| {
        let site = site(store).await;
        for (kind, code, _) in kinds() {
            let page = site.get(&path(kind, code)).await;
            let names: Vec<String> = page.json_ld().into_iter().map(|object| object["name"].to_string()).collect();
            assert!(names.contains(&serde_json::json!(title(kind)).to_string()), "{kind}: {names:?}");
        }
    });
}

#[test]
fn exports_and_feeds_escape_texts_in_their_formats() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let item = path("career", "fucar2");
        for path in ["/feed.atom".to_owned(), format!("{item}.atom"), "/opensearch.xml".to_owned()] {
            let body = site.get(&path).await.body;
            assert!(!body.contains("<script>") && !body.contains("</script>"), "{path}: {body}");
        }
        for path in
            [format!("{item}.json"), format!("/oembed?url=https://learn.example{item}"), "/suggest?q=book".to_owned()]
        {
            let body = site.get(&path).await.body;
            let json: serde_json::Value = serde_json::from_str(&body).expect("it is JSON");
            assert!(json.to_string().contains("alert(1)"), "{path}: {body}");
        }
        let embed = site.get(&format!("/oembed?url=https://learn.example{item}")).await.body;
        let embed: serde_json::Value = serde_json::from_str(&embed).expect("it is JSON");
        assert!(!embed["html"].as_str().expect("it is a text").contains("<script>"), "{embed}");
        assert!(site.get(&format!("{item}.csv")).await.body.contains("alert(1)"));
    });
}

#[test]
fn parameters_are_escaped_and_cannot_break_a_page() {
    on_each_engine(async |store| {
        let site = site(store).await;
        let encoded: String = HOSTILE.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let mut paths: Vec<String> = [encoded.as_str(), "%00", "%FF%FE", "%25", "\\", "%E2%80%AE", "+", "%0D%0Ax:y"]
            .into_iter()
            .flat_map(|value| {
                [
                    format!("/search?q={value}"),
                    format!("/search?q=a&kind={value}&level={value}&language={value}&topic={value}&after={value}"),
                    format!("/books?topic={value}&level={value}&language={value}&sort={value}"),
                    format!("/careers?topic={value}"),
                    format!("/books?after={value}"),
                    format!("/books?before={value}"),
                    format!("/career/fucar2/full?after={value}"),
                    format!("/career/fucar2/full/path?hours={value}&known={value}"),
                    format!("/book/fubkk2/full?recommended-after={value}"),
                    format!("/person/fuprs2/full?kind=book&after={value}"),
                    format!("/career/fucar2/{value}"),
                    format!("/career/{value}"),
                    format!("/career/{value}/path"),
                    format!("/career/fucar2/{value}/path"),
                    format!("/career/{value}.md"),
                    format!("/oembed?url={value}&format={value}"),
                    format!("/oembed?url={value}"),
                    format!("/suggest?q={value}"),
                    format!("/sitemap/books/{value}.xml"),
                    format!("/{value}"),
                    format!("/?{value}={value}&{value}"),
                ]
            })
            .collect();
        paths.push(format!("/search?q={}", "a".repeat(6_000)));
        paths.push(format!("/books?topic={}", "a".repeat(6_000)));
        paths.push(format!("/career/{}", "a".repeat(6_000)));
        paths.push(format!("/career/fucar2/full/path?{}", "known=book_fubkk2&".repeat(300)));
        paths.push(format!("/search?q={}", "a%20".repeat(2_000)));
        for path in &paths {
            let Ok(_) = path.parse::<axum::http::Uri>() else { continue };
            let reply = site.get(path).await;
            // oEmbed demands 501 for unknown formats.
            assert!(reply.status < 500 || reply.status == 501, "{path}: {} {}", reply.status, reply.body);
            if reply.header("content-type").starts_with("text/html") {
                assert_harmless(path, &reply);
            }
            let location = reply.header("location");
            assert!(location.is_empty() || location.starts_with("/career/fucar2/full"), "{path}: {location}");
        }
    });
}

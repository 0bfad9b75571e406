//! Long lists: every row is on one of the pages, in order, and the links lead from the first page to the last one.

use serde_json::{Value, json};

use crate::common::{Lines, on_each_engine};
use crate::site::public_site::{PublicSite, Reply};

/// More than two pages of every list that has 100 rows on a page.
const BOOKS: usize = 230;
/// More than two pages of every list that has 50 rows on a page.
const TOPICS: usize = 120;

/// Returns a slug whose place in the order of slugs and titles is its number.
fn slug(kind: &str, number: usize) -> String {
    format!("{kind}-{number:03}")
}

fn slugs(kind: &str, count: usize) -> Vec<String> {
    (1..=count).map(|number| slug(kind, number)).collect()
}

/// Returns a catalog with many books by one person on one reading list, and one book on the reading lists of many
/// topics.
fn records() -> Lines {
    let author = json!({ "kind": "person", "slug": "ada", "code": "prsad2", "name": "Ada" });
    let cooking = json!({ "kind": "topic", "slug": "cooking", "code": "tpcck2", "title": "Cooking" });
    let popular = json!({ "kind": "book", "slug": "popular", "code": "bkkpp2", "title": "Popular" });
    let career = json!({ "kind": "career", "slug": "cook", "code": "crrck2", "title": "Cook" });
    let books = (1..=BOOKS).map(|number| {
        let title = format!("Book {number:03}");
        json!({
            "kind": "book", "slug": slug("book", number), "title": title, "authors": ["ada"], "topics": ["cooking"],
        })
    });
    let topics = (1..=TOPICS)
        .map(|number| json!({ "kind": "topic", "slug": slug("topic", number), "title": format!("Topic {number:03}") }));
    let entries: Vec<Value> =
        slugs("book", BOOKS).iter().rev().map(|slug| json!({ "kind": "book", "slug": slug })).collect();
    let long = json!({ "kind": "readingList", "owner": { "kind": "career", "slug": "cook" }, "entries": entries });
    let recommending = slugs("topic", TOPICS).into_iter().map(|slug| {
        let entry = json!({ "kind": "book", "slug": "popular" });
        json!({ "kind": "readingList", "owner": { "kind": "topic", "slug": slug }, "entries": [entry] })
    });
    [author, cooking, popular, career]
        .into_iter()
        .chain(books)
        .chain(topics)
        .chain([long])
        .chain(recommending)
        .collect()
}

/// Returns the address of the neighboring page.
fn neighbor(page: &Reply, rel: &str) -> Option<String> {
    let found = page.between(&format!(" rel=\"{rel}\" href=\""), "\"");
    assert!(found.len() <= 1, "{found:?}");
    found.first().map(|href| href.replace("&#38;", "&"))
}

/// Returns the slugs of the objects in the rows of a page.
fn rows(page: &Reply) -> Vec<String> {
    let links = page.between(" dir=\"auto\"><a href=\"", "\"").into_iter();
    let paths = links.filter_map(|link| link.split('#').next());
    paths.filter_map(|path| path.rsplit('/').next()).map(str::to_owned).collect()
}

/// Follows the links to neighboring pages, and returns the rows of each page and the address of the last one.
async fn follow(site: &PublicSite, path: &str, rel: &str) -> (Vec<Vec<String>>, String) {
    let (mut address, mut pages) = (path.to_owned(), Vec::new());
    loop {
        let page = site.get(&address).await;
        page.assert_page(200);
        pages.push(rows(&page));
        assert!(pages.len() < 20, "{address} leads to itself");
        match neighbor(&page, rel) {
            Some(next) => address = next,
            None => return (pages, address),
        }
    }
}

fn lengths(pages: &[Vec<String>]) -> Vec<usize> {
    pages.iter().map(Vec::len).collect()
}

#[test]
fn next_and_previous_links_reach_every_row() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, records()).await;
        let expected = slugs("book", BOOKS);
        for path in ["/books?topic=cooking", "/books?topic=cooking&sort=recommended"] {
            let (pages, end) = follow(&site, path, "next").await;
            assert_eq!(lengths(&pages), [50, 50, 50, 50, 30], "{path}");
            assert_eq!(pages.concat(), expected, "{path}");
            let (mut back, _) = follow(&site, &end, "prev").await;
            back.reverse();
            assert_eq!(back, pages, "{path}");
        }
        let (pages, _) = follow(&site, "/topics", "next").await;
        let roots = [vec!["cooking".to_owned()], slugs("topic", TOPICS)].concat();
        assert_eq!(pages.concat(), roots);
    });
}

#[test]
fn next_links_reach_every_entry() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, records()).await;
        let (pages, end) = follow(&site, "/career/crrck2/cook", "next").await;
        assert_eq!(lengths(&pages), [100, 100, 30]);
        let mut expected = slugs("book", BOOKS);
        expected.reverse();
        assert_eq!(pages.concat(), expected);
        let last = site.get(&end).await;
        assert!(last.is_noindex() && last.body.contains("<li id=\"entry_230\" value=\"230\">"), "{}", last.body);
        // An export is one document.
        let export = site.get("/career/crrck2/cook.md").await;
        let titles: Vec<&str> = export.between(". [", "]");
        let expected: Vec<String> = (1..=BOOKS).rev().map(|number| format!("Book {number:03}")).collect();
        assert_eq!(titles, expected);
    });
}

#[test]
fn next_links_reach_every_recommendation() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, records()).await;
        let (pages, end) = follow(&site, "/book/bkkpp2/popular", "next").await;
        assert_eq!(lengths(&pages), [50, 50, 20]);
        assert_eq!(pages.concat(), slugs("topic", TOPICS));
        assert!(site.get(&end).await.is_noindex());
    });
}

#[test]
fn next_links_reach_every_work_of_a_person() {
    on_each_engine(async |store| {
        let site = PublicSite::with(store, records()).await;
        let (pages, end) = follow(&site, "/person/prsad2/ada", "next").await;
        assert_eq!(lengths(&pages), [25, 50, 50, 50, 50, 5]);
        assert_eq!(pages.concat(), slugs("book", BOOKS));
        assert!(site.get(&end).await.is_noindex());
    });
}

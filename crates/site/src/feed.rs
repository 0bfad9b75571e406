//! The feed of what was published last, and of reading lists that changed since.

use std::cmp::Reverse;

use askama::Template;
use async_graphql_value::ConstValue;
use serde::Deserialize;

use crate::Site;
use crate::atom::{Entry, Feed, later, permanent, sort_key};
use crate::kind::Kind;
use crate::page::{Page, PageRequest, RenderError, read};
use crate::view::{Nodes, list_title};

/// The maximum number of entries.
const MAX_ENTRIES: usize = 50;

/// The time of a feed without entries in a catalog without changes.
const EPOCH: &str = "1970-01-01T00:00:00Z";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Recent {
    catalog: Catalog,
    careers: Nodes<Item>,
    topics: Nodes<Item>,
    courses: Nodes<Item>,
    books: Nodes<Item>,
    videos: Nodes<Item>,
    podcasts: Nodes<Item>,
    tutorials: Nodes<Item>,
    reading_lists: Nodes<List>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Catalog {
    last_changed_at: Option<String>,
}

/// `fragments/feed_item.graphql`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Item {
    #[serde(rename = "__typename")]
    kind: Kind,
    path: String,
    title: String,
    summary: Option<String>,
    published_at: Option<String>,
    updated_at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct List {
    title: String,
    updated_at: String,
    owner: Owner,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Owner {
    path: String,
    title: String,
    published_at: Option<String>,
}

impl Recent {
    /// Returns the entries of items and lists with the times by which they are sorted, the last one first.
    fn entries(&self, url: impl Fn(&str) -> String + Copy) -> Vec<Entry<'_>> {
        let kinds =
            [&self.careers, &self.topics, &self.courses, &self.books, &self.videos, &self.podcasts, &self.tutorials];
        let items = kinds.into_iter().flat_map(|kind| &kind.nodes).filter_map(|item| item.entry(url));
        let lists = self.reading_lists.nodes.iter().filter_map(|list| list.entry(url));
        let mut entries: Vec<(&str, Entry<'_>)> = items.chain(lists).collect();
        entries.sort_by_key(|(time, _)| Reverse(sort_key(time)));
        entries.truncate(MAX_ENTRIES);
        entries.into_iter().map(|(_, entry)| entry).collect()
    }
}

impl Item {
    /// Returns the time of publication, and the entry.
    fn entry(&self, url: impl Fn(&str) -> String) -> Option<(&str, Entry<'_>)> {
        let published = self.published_at.as_deref()?;
        let entry = Entry {
            id: url(permanent(&self.path)),
            title: self.title.as_str().into(),
            url: url(&self.path),
            category: self.kind.segment(),
            published,
            // An item that is published on schedule appears after its last change.
            updated: later(published, &self.updated_at),
            summary: self.summary.as_deref(),
            content: None,
        };
        Some((published, entry))
    }
}

impl List {
    /// Returns the time of the last change, and the entry. The entry of the owner announces the list as it was
    /// published, so only a later change is news.
    fn entry(&self, url: impl Fn(&str) -> String) -> Option<(&str, Entry<'_>)> {
        let (updated, published) = (self.updated_at.as_str(), self.owner.published_at.as_deref()?);
        if sort_key(updated) <= sort_key(published) {
            return None;
        }
        let entry = Entry {
            id: url(permanent(&self.owner.path)) + "#reading_list",
            title: list_title(&self.owner.title, &self.title),
            url: url(&self.owner.path) + "#reading_list",
            category: "reading-list",
            published,
            updated,
            summary: None,
            content: None,
        };
        Some((updated, entry))
    }
}

/// Renders the feed.
pub fn render(site: &Site, request: &PageRequest, data: ConstValue) -> Result<Page, RenderError> {
    let recent: Recent = read(data)?;
    let settings = site.settings();
    let url = |path: &str| settings.absolute_url(path, request.origin());
    let entries = recent.entries(url);
    let last = entries.iter().map(|entry| entry.updated).reduce(later);
    let feed = Feed {
        id: url("/"),
        title: &settings.title,
        subtitle: Some(settings.tagline()),
        self_url: url("/feed.atom"),
        page_url: url("/"),
        base_url: url("/"),
        language: &settings.language,
        author: &settings.title,
        updated: last.or(recent.catalog.last_changed_at.as_deref()).unwrap_or(EPOCH).to_owned(),
        entries,
    };
    Ok(Page::new("application/atom+xml; charset=utf-8", feed.render()?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{render, request, site};

    fn item(kind: &str, code: &str, published_at: Option<&str>) -> Value {
        json!({
            "__typename": kind,
            "path": format!("/{}/{code}/a", kind.to_lowercase()),
            "title": "A",
            "summary": null,
            "publishedAt": published_at,
            "updatedAt": "2026-01-01T00:00:00Z",
        })
    }

    fn list(code: &str, title: &str, updated_at: &str) -> Value {
        json!({
            "title": title,
            "updatedAt": updated_at,
            "owner": {
                "path": format!("/career/{code}/a"), "title": "A", "publishedAt": "2026-03-01T00:00:00Z",
            },
        })
    }

    fn feed(careers: &[Value], books: &[Value], lists: &[Value]) -> String {
        let none = json!({ "nodes": [] });
        let data = json!({
            "catalog": { "lastChangedAt": null },
            "careers": { "nodes": careers },
            "topics": none,
            "courses": none,
            "books": { "nodes": books },
            "videos": none,
            "podcasts": none,
            "tutorials": none,
            "readingLists": { "nodes": lists },
        });
        let site = site(None);
        render(&site, &mut request(&site, "/feed.atom", ""), data).expect("the feed needs one request").body
    }

    #[test]
    fn entries_of_all_kinds_are_sorted_by_publication() {
        let careers = [item("Career", "aaaaaa", Some("2026-03-01T00:00:00Z")), item("Career", "bbbbbb", None)];
        let books = [
            item("Book", "cccccc", Some("2026-03-01T00:00:00.5Z")),
            item("Book", "dddddd", Some("2025-01-01T00:00:00Z")),
        ];
        let text = feed(&careers, &books, &[]);
        let ids: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("<id>http://localhost:4000/")).collect();
        assert_eq!(ids, ["</id>", "book/cccccc</id>", "career/aaaaaa</id>", "book/dddddd</id>"]);
        assert_eq!(text.matches("<updated>2026-01-01T00:00:00Z</updated>").count(), 1, "{text}");
        assert_eq!(text.matches("<updated>2026-03-01T00:00:00.5Z</updated>").count(), 2, "{text}");
    }

    #[test]
    fn the_feed_has_lists_that_changed_after_their_owner_was_published() {
        let lists = [
            list("bbbbbb", "Reading list: A", "2026-04-02T00:00:00Z"),
            list("cccccc", "Best of all", "2026-04-01T00:00:00Z"),
            list("eeeeee", "Published with its owner", "2026-03-01T00:00:00Z"),
        ];
        let text = feed(&[item("Career", "aaaaaa", Some("2026-04-01T12:00:00Z"))], &[], &lists);
        let titles: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("<title>")).skip(1).collect();
        assert_eq!(titles, ["Reading list: A</title>", "A</title>", "A: Best of all</title>"], "{text}");
        for line in [
            "<id>http://localhost:4000/career/bbbbbb#reading_list</id>",
            "href=\"http://localhost:4000/career/bbbbbb/a#reading_list\"/>",
            "<category term=\"reading-list\"/>",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(text.contains("<updated>2026-04-02T00:00:00Z</updated>\n<entry>"), "{text}");
    }

    #[test]
    fn a_feed_without_entries_is_valid() {
        assert!(feed(&[], &[], &[]).contains("<updated>1970-01-01T00:00:00Z</updated>"));
    }
}

//! The feed of what was published last.

use std::cmp::Reverse;

use askama::Template;
use async_graphql_value::ConstValue;
use serde::Deserialize;

use crate::Site;
use crate::atom::{Entry, Feed, later, permanent, sort_key};
use crate::kind::Kind;
use crate::page::{Page, PageRequest, RenderError, read};
use crate::view::Nodes;

/// The maximum number of entries.
const MAX_ENTRIES: usize = 50;

/// The time of a feed without entries in a catalog without changes.
const EPOCH: &str = "1970-01-01T00:00:00Z";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recent {
    catalog: Catalog,
    careers: Nodes<Item>,
    topics: Nodes<Item>,
    courses: Nodes<Item>,
    books: Nodes<Item>,
    videos: Nodes<Item>,
    podcasts: Nodes<Item>,
    tutorials: Nodes<Item>,
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

impl Recent {
    /// Returns the items that were published last with their times, the last one first.
    fn items(&self) -> Vec<(&str, &Item)> {
        let kinds =
            [&self.careers, &self.topics, &self.courses, &self.books, &self.videos, &self.podcasts, &self.tutorials];
        let items = kinds.into_iter().flat_map(|kind| &kind.nodes);
        let mut items: Vec<_> = items.filter_map(|item| Some((item.published_at.as_deref()?, item))).collect();
        items.sort_by_key(|(published, _)| Reverse(sort_key(published)));
        items.truncate(MAX_ENTRIES);
        items
    }
}

/// Renders the feed.
pub fn render(site: &Site, request: &PageRequest, data: ConstValue) -> Result<Page, RenderError> {
    let recent: Recent = read(data)?;
    let settings = site.settings();
    let url = |path: &str| settings.absolute_url(path, request.origin());
    let entries: Vec<Entry> = recent
        .items()
        .into_iter()
        .map(|(published, item)| Entry {
            id: url(permanent(&item.path)),
            title: &item.title,
            url: url(&item.path),
            category: item.kind.segment(),
            published,
            // An item that is published on schedule appears after its last change.
            updated: later(published, &item.updated_at),
            summary: item.summary.as_deref(),
            content: None,
        })
        .collect();
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

    fn feed(careers: &[Value], books: &[Value]) -> String {
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
        let text = feed(&careers, &books);
        let ids: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("<id>http://localhost:4000/")).collect();
        assert_eq!(ids, ["</id>", "book/cccccc</id>", "career/aaaaaa</id>", "book/dddddd</id>"]);
        assert_eq!(text.matches("<updated>2026-01-01T00:00:00Z</updated>").count(), 1, "{text}");
        assert_eq!(text.matches("<updated>2026-03-01T00:00:00.5Z</updated>").count(), 2, "{text}");
    }

    #[test]
    fn a_feed_without_entries_is_valid() {
        assert!(feed(&[], &[]).contains("<updated>1970-01-01T00:00:00Z</updated>"));
    }
}

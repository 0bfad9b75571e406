//! Reading lists as Atom feeds, the entries that were added last first.

use std::cmp::Reverse;

use askama::Template;

use super::{CompleteList, Entry, Format};
use crate::atom::{Entry as FeedEntry, Feed, permanent, sort_key};

/// Writes the list.
pub fn write(list: &CompleteList) -> askama::Result<String> {
    let settings = list.site.settings();
    let id = list.url(permanent(list.path));
    let mut entries: Vec<&Entry> = list.entries.iter().collect();
    entries.sort_by_key(|entry| Reverse(sort_key(&entry.added_at)));
    Feed {
        title: &list.title,
        subtitle: None,
        self_url: list.url(&format!("{}.{}", list.path, Format::Atom.extension())),
        page_url: list.url(list.path),
        base_url: list.url("/"),
        language: &settings.language,
        author: &settings.title,
        updated: list.updated_at.to_owned(),
        entries: entries.into_iter().map(|entry| feed_entry(list, &id, entry)).collect(),
        id: id.clone(),
    }
    .render()
}

/// Returns an entry of the list at a URL. Its identifier is that of the resource in the list.
fn feed_entry<'a>(list: &CompleteList, list_id: &str, entry: &'a Entry) -> FeedEntry<'a> {
    let resource = &entry.resource;
    FeedEntry {
        id: format!("{list_id}#{}", list.reference(entry).key),
        title: resource.title.as_str().into(),
        url: list.url(&resource.path),
        category: resource.kind.segment(),
        published: &entry.added_at,
        updated: &entry.added_at,
        summary: resource.summary.as_deref(),
        content: entry.note_html.as_deref(),
    }
}

//! Sitemaps: an index, and its parts with the addresses of items. <https://www.sitemaps.org/protocol.html>
//!
//! A part has the items of one kind, or those whose slugs start alike if there are many. The index needs only the
//! numbers of items: it divides a kind until each part is small.

use std::collections::HashMap;

use askama::Template;
use async_graphql_value::ConstValue;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Site;
use crate::address::Address;
use crate::atom::later;
use crate::kind::Kind;
use crate::page::{Page, PageRequest, Partial, RenderError, Rendered, read};
use crate::view::{NextPage, Total};

/// The number of items above which the index divides a part. A part is read in pages of 100.
const MAX_COUNT: usize = 10_000;

/// The number of addresses above which a part does not exist. The protocol allows 50,000. Items have two at most, and
/// parts can grow after a crawler read the index.
const MAX_ENTRIES: usize = 4 * MAX_COUNT;

/// The characters of slugs.
const SLUG_CHARACTERS: &str = "-0123456789abcdefghijklmnopqrstuvwxyz";

const CONTENT_TYPE: &str = "application/xml; charset=utf-8";

/// A part: the items of a kind with some slugs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub kind: Kind,
    slugs: Slugs,
}

/// A set of slugs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Slugs {
    StartingWith(String),
    /// One slug: the start by which a set was divided, which no longer start includes.
    Only(String),
}

impl Slugs {
    /// Returns the filter of the API.
    fn filter(&self) -> Value {
        match self {
            Self::StartingWith(start) if start.is_empty() => Value::Null,
            Self::StartingWith(start) => json!({ "startsWith": start }),
            Self::Only(slug) => json!({ "eq": slug }),
        }
    }

    /// Divides the set by the next character.
    fn divide(&self) -> Vec<Self> {
        match self {
            Self::Only(_) => Vec::new(),
            Self::StartingWith(start) => {
                let longer = SLUG_CHARACTERS.chars().map(|character| Self::StartingWith(format!("{start}{character}")));
                let only = (!start.is_empty()).then(|| Self::Only(start.clone()));
                only.into_iter().chain(longer).collect()
            }
        }
    }
}

impl Part {
    /// Returns the part with an address; `None` if it is not that of a part.
    #[must_use]
    pub fn of(address: &Address) -> Option<Self> {
        let (kind, slugs) = match address.segments()[..] {
            [_, file] => (file.strip_suffix(".xml")?, Slugs::StartingWith(String::new())),
            [_, kind, file] => (kind, Slugs::StartingWith(slug(file.strip_suffix(".xml")?)?)),
            [_, kind, only, "only.xml"] => (kind, Slugs::Only(slug(only)?)),
            _ => return None,
        };
        Some(Self { kind: Kind::from_plural(kind)?, slugs })
    }

    /// Returns the path.
    fn path(&self) -> String {
        let kind = self.kind.plural();
        match &self.slugs {
            Slugs::StartingWith(start) if start.is_empty() => format!("/sitemap/{kind}.xml"),
            Slugs::StartingWith(start) => format!("/sitemap/{kind}/{start}.xml"),
            Slugs::Only(slug) => format!("/sitemap/{kind}/{slug}/only.xml"),
        }
    }

    /// Returns the variables of the document for the addresses after a cursor.
    #[must_use]
    pub fn variables(&self, after: Option<&str>) -> Value {
        json!({ "slug": self.slugs.filter(), "after": after })
    }
}

/// Returns a text if it can be the start of a slug.
fn slug(text: &str) -> Option<String> {
    let is_start =
        !text.is_empty() && text.len() <= 200 && text.chars().all(|character| SLUG_CHARACTERS.contains(character));
    is_start.then(|| text.to_owned())
}

/// The parts that are known, and those that are to be counted.
#[derive(Debug)]
pub struct Index {
    parts: Vec<Part>,
    /// The kinds to count for sets of slugs, the next one last.
    pending: Vec<(Slugs, Vec<Kind>)>,
}

impl Default for Index {
    fn default() -> Self {
        Self { parts: Vec::new(), pending: vec![(Slugs::StartingWith(String::new()), Kind::ALL.to_vec())] }
    }
}

impl Index {
    /// Returns the variables of the document for the next numbers.
    #[must_use]
    pub fn variables(&self) -> Value {
        let Some((slugs, kinds)) = self.pending.last() else { return Value::Null };
        let selected = Kind::ALL.into_iter().map(|kind| (kind.plural().to_owned(), json!(kinds.contains(&kind))));
        std::iter::once(("slug".to_owned(), slugs.filter())).chain(selected).collect()
    }

    /// Adds the numbers of items of the kinds that are to be counted next.
    fn add(&mut self, count: impl Fn(Kind) -> usize) {
        let Some((slugs, kinds)) = self.pending.pop() else { return };
        let (large, small): (Vec<Kind>, Vec<Kind>) = kinds.into_iter().partition(|kind| count(*kind) > MAX_COUNT);
        let small = small.into_iter().filter(|kind| count(*kind) > 0);
        self.parts.extend(small.map(|kind| Part { kind, slugs: slugs.clone() }));
        if !large.is_empty() {
            self.pending.extend(slugs.divide().into_iter().rev().map(|slugs| (slugs, large.clone())));
        }
    }
}

/// The number of items of a kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Count {
    total_count: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    items: Items,
}

/// A page of the items of a kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Items {
    page_info: NextPage,
    nodes: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Item {
    path: String,
    updated_at: String,
    reading_list: Option<List>,
}

impl Item {
    /// Returns the paths of the item's pages: its own, and its learning path if there is something to study.
    fn paths(&self) -> impl Iterator<Item = String> {
        let has_path = self.reading_list.as_ref().is_some_and(|list| list.entries.total_count > 0);
        std::iter::once(self.path.clone()).chain(has_path.then(|| format!("{}/path", self.path)))
    }

    /// Returns the time of the last change of the pages, which show the list as well.
    fn modified(&self) -> &str {
        let list = self.reading_list.as_ref().map(|list| list.updated_at.as_str());
        list.map_or(&self.updated_at, |list| later(&self.updated_at, list))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct List {
    updated_at: String,
    entries: Total,
}

/// A page with the time of its last change.
pub struct Entry {
    url: String,
    modified: Option<String>,
}

#[derive(Template)]
#[template(path = "sitemap_index.xml")]
struct IndexDocument {
    urls: Vec<String>,
}

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct Document {
    entries: Vec<Entry>,
}

/// Renders the index, or adds the data to that of earlier requests if there is more to count.
pub fn render_index(site: &Site, request: &mut PageRequest, data: ConstValue) -> Result<Rendered, RenderError> {
    let counts: HashMap<String, Count> = read(data)?;
    let mut index = if let Partial::Index(index) = request.take_partial() { index } else { Index::default() };
    index.add(|kind| counts.get(kind.plural()).map_or(0, |count| count.total_count));
    if !index.pending.is_empty() {
        return Ok(request.continue_with(index.variables(), Partial::Index(index)));
    }
    let paths = std::iter::once("/sitemap/pages.xml".to_owned()).chain(index.parts.iter().map(Part::path));
    let urls = paths.map(|path| site.settings().absolute_url(&path, request.origin())).collect();
    Ok(Rendered::Page(Page::new(CONTENT_TYPE, IndexDocument { urls }.render()?)))
}

/// Renders a part, or adds the data to that of earlier requests if the part has more items.
pub fn render(site: &Site, request: &mut PageRequest, part: &Part, data: ConstValue) -> Result<Rendered, RenderError> {
    let Data { items: Items { page_info, nodes } } = read(data)?;
    let mut entries = if let Partial::Sitemap(entries) = request.take_partial() { entries } else { Vec::new() };
    for item in &nodes {
        entries.extend(item.paths().map(|path| Entry {
            url: site.settings().absolute_url(&path, request.origin()),
            modified: Some(item.modified().to_owned()),
        }));
    }
    if entries.is_empty() || entries.len() > MAX_ENTRIES {
        return Ok(Rendered::Page(site.error_page(404, None)));
    }
    match page_info.cursor() {
        Some(cursor) => Ok(request.continue_with(part.variables(Some(cursor)), Partial::Sitemap(entries))),
        None => Ok(Rendered::Page(Page::new(CONTENT_TYPE, Document { entries }.render()?))),
    }
}

/// Returns the part with the home page and the lists of all kinds.
pub fn pages(site: &Site, origin: &str) -> Page {
    let lists = Kind::ALL.into_iter().map(|kind| format!("/{}", kind.plural()));
    let paths = std::iter::once("/".to_owned()).chain(lists);
    let entry = |path: String| Entry { url: site.settings().absolute_url(&path, origin), modified: None };
    match (Document { entries: paths.map(entry).collect() }).render() {
        Ok(body) => Page::new(CONTENT_TYPE, body),
        Err(_) => site.error_page(500, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, request, site};

    #[test]
    fn parts_have_addresses() {
        for path in ["/sitemap/books.xml", "/sitemap/people/the-.xml", "/sitemap/books/the/only.xml"] {
            let part = Part::of(&Address::parse(path, ""));
            assert_eq!(part.map(|part| part.path()).as_deref(), Some(path));
        }
        for path in ["/sitemap/book.xml", "/sitemap/books/T.xml", "/sitemap/books/.xml", "/sitemap/books/a/b.xml"] {
            assert_eq!(Part::of(&Address::parse(path, "")), None, "{path}");
        }
    }

    #[test]
    fn sitemaps_omit_empty_learning_paths() {
        let site = site(Some("https://a.example/learn"));
        let item = |code: &str, count| {
            json!({
                "path": format!("/career/{code}/a"),
                "updatedAt": "2026-01-02T00:00:00Z",
                "readingList": { "updatedAt": "2026-01-03T00:00:00Z", "entries": { "totalCount": count } },
            })
        };
        let page_info = json!({ "hasNextPage": false, "endCursor": null });
        let data = json!({ "items": { "pageInfo": page_info, "nodes": [item("aaaaaa", 2), item("bbbbbb", 0)] } });
        let page = testing::render(&site, &mut request(&site, "/sitemap/careers.xml", ""), data);
        let text = page.expect("there are no more careers").body;
        let entries: Vec<&str> = text.split("<loc>https://a.example/learn").skip(1).collect();
        let paths: Vec<&str> = entries.iter().filter_map(|entry| entry.split("</loc>").next()).collect();
        assert_eq!(paths, ["/career/aaaaaa/a", "/career/aaaaaa/a/path", "/career/bbbbbb/a"]);
        assert!(entries.iter().all(|entry| entry.contains("<lastmod>2026-01-03T00:00:00Z</lastmod>")), "{text}");
    }

    #[test]
    fn every_item_is_in_one_part_of_the_index() {
        let slug = |number: usize| if number == 0 { "the".to_owned() } else { format!("the-{number}") };
        let slugs: Vec<String> = (0..3 * MAX_COUNT).map(slug).chain(["a".to_owned()]).collect();
        let matches = |slugs: &Slugs, slug: &str| match slugs {
            Slugs::StartingWith(start) => slug.starts_with(start),
            Slugs::Only(only) => slug == only,
        };
        let mut index = Index::default();
        while let Some((set, _)) = index.pending.last().cloned() {
            index.add(|kind| match kind {
                Kind::Book => slugs.iter().filter(|slug| matches(&set, slug)).count(),
                Kind::Career => 1,
                _ => 0,
            });
        }
        assert_eq!(index.parts.iter().filter(|part| part.kind == Kind::Career).count(), 1);
        let books: Vec<&Part> = index.parts.iter().filter(|part| part.kind == Kind::Book).collect();
        for slug in &slugs {
            assert_eq!(books.iter().filter(|part| matches(&part.slugs, slug)).count(), 1, "{slug}");
        }
        for part in books {
            let count = slugs.iter().filter(|slug| matches(&part.slugs, slug)).count();
            assert!((1..=MAX_COUNT).contains(&count), "{part:?}");
        }
    }
}

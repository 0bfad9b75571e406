//! The home page: what the catalog contains.

use askama::Template;
use async_graphql_value::ConstValue;
use serde::Deserialize;

use super::layout::{Layout, Link};
use super::{Page, RenderError, read};
use crate::Site;
use crate::kind::Kind;
use crate::view::{ItemCard, ListOwner, Nodes, TitleLink, Total};

/// The number of roots of the topic tree that are shown.
const ROOTS: usize = 24;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Data {
    catalog: Catalog,
    careers: Nodes<ItemCard>,
    topics: Nodes<Root>,
    reading_lists: Nodes<List>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    careers: usize,
    topics: usize,
    courses: usize,
    books: usize,
    videos: usize,
    podcasts: usize,
    tutorials: usize,
}

/// A topic without a parent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Root {
    title: String,
    path: String,
    children: Nodes<TitleLink>,
}

/// A reading list. The API has those that changed last first.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct List {
    updated_at: String,
    entries: Total,
    owner: ListOwner,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    page: Layout<'a>,
    counts: Vec<Link>,
    careers: &'a [ItemCard],
    all_careers: Option<Link>,
    topics: Vec<&'a Root>,
    all_topics: Option<Link>,
    updated: &'a [List],
}

/// Renders the page.
pub fn render(site: &Site, data: ConstValue) -> Result<Page, RenderError> {
    let data: Data = read(data)?;
    let settings = &site.settings;
    let page = Layout { description: Some(settings.tagline()), path: Some("/"), ..Layout::new(site, &settings.title) };
    let link = |kind: Kind, text| Link { text, href: page.list_of(kind.plural()) };
    let all = |kind, total, shown| (total > shown).then(|| link(kind, page.all_of(kind, total)));
    let counts = data.catalog.counts().into_iter().filter(|(_, count)| *count > 0);
    let counts = counts.map(|(kind, count)| link(kind, page.t().count_of(kind, count))).collect();
    let all_careers = all(Kind::Career, data.catalog.careers, data.careers.nodes.len());
    let topics = roots(&data.topics.nodes);
    let shown_topics = topics.iter().map(|root| 1 + root.children.nodes.len()).sum();
    let all_topics = all(Kind::Topic, data.catalog.topics, shown_topics);
    let body = HomePage {
        page,
        counts,
        careers: &data.careers.nodes,
        all_careers,
        topics,
        all_topics,
        updated: &data.reading_lists.nodes,
    };
    Ok(Page::html(200, body.render()?))
}

impl Catalog {
    fn counts(&self) -> [(Kind, usize); 7] {
        [
            (Kind::Career, self.careers),
            (Kind::Topic, self.topics),
            (Kind::Course, self.courses),
            (Kind::Book, self.books),
            (Kind::Video, self.videos),
            (Kind::Podcast, self.podcasts),
            (Kind::Tutorial, self.tutorials),
        ]
    }
}

/// Returns the roots to show. If there are too many, those with subtopics are more useful.
fn roots(all: &[Root]) -> Vec<&Root> {
    let needs_subtopics = all.len() > ROOTS;
    all.iter().filter(|root| !needs_subtopics || !root.children.nodes.is_empty()).take(ROOTS).collect()
}

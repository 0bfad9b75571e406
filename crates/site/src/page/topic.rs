//! The page of a topic: its reading list, and the best resources on it.

use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::layout::{Layout, Link};
use super::list::List;
use super::{Page, RenderError, Resolution};
use crate::Site;
use crate::external::ExternalUrl;
use crate::html;
use crate::kind::Kind;
use crate::strings::Strings;
use crate::view::{Counted, ItemCard, Nodes, ReadingList, ResourceCard, Times, TitleLink};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Topic {
    title: String,
    slug: String,
    summary: Option<String>,
    image_url: Option<String>,
    aliases: Vec<String>,
    same_as: Vec<ExternalUrl>,
    json_ld: Value,
    ancestors: Vec<TitleLink>,
    children: Nodes<TitleLink>,
    reading_list: ReadingList,
    learning_path: Times,
    courses: Counted<ResourceCard>,
    books: Counted<ResourceCard>,
    videos: Counted<ResourceCard>,
    podcasts: Counted<ResourceCard>,
    tutorials: Counted<ResourceCard>,
    careers: Nodes<ItemCard>,
    related_topics: Nodes<TitleLink>,
}

/// The most recommended resources of a kind.
struct Best<'a> {
    kind: Kind,
    resources: &'a [ResourceCard],
    /// The list of all of them, if there are more.
    all: Option<Link>,
}

#[derive(Template)]
#[template(path = "topic.html")]
struct TopicPage<'a> {
    page: Layout<'a>,
    path: &'a str,
    topic: &'a Topic,
    best: Vec<Best<'a>>,
}

/// Renders the page.
pub fn render(site: &Site, Resolution { canonical_path, target, .. }: Resolution<Topic>) -> Result<Page, RenderError> {
    let description = target.summary.clone().or_else(|| counts(&target, site.strings()));
    let page = Layout {
        description: description.as_deref(),
        path: Some(&canonical_path),
        image: target.image_url.as_deref(),
        json_ld: Some(html::json_for_script(&target.json_ld.to_string())),
        section: Some(Kind::Topic),
        ..Layout::new(site, &target.title)
    };
    let best = best(&page, &target);
    let body = TopicPage { page, path: &canonical_path, topic: &target, best }.render()?;
    Ok(Page::html(200, body))
}

impl Topic {
    /// Returns the kinds that the topic has resources of, and the best of those.
    fn resources(&self) -> impl Iterator<Item = (Kind, &Counted<ResourceCard>)> {
        let resources = [&self.courses, &self.books, &self.videos, &self.podcasts, &self.tutorials];
        Kind::RESOURCES.into_iter().zip(resources).filter(|(_, resources)| resources.total_count > 0)
    }
}

/// Returns the numbers of resources as a text, for search engines.
fn counts(topic: &Topic, t: &Strings) -> Option<String> {
    let counts: Vec<String> = topic.resources().map(|(kind, all)| t.count_of(kind, all.total_count)).collect();
    (!counts.is_empty()).then(|| counts.join(" · "))
}

/// Returns the best resources of each kind.
fn best<'a>(page: &Layout<'_>, topic: &'a Topic) -> Vec<Best<'a>> {
    let of_kind = |(kind, resources): (Kind, &'a Counted<ResourceCard>)| {
        let all = || Link {
            text: page.all_of(kind, resources.total_count),
            href: page.href(&List::on_topic(kind, &topic.slug).path()),
        };
        let has_more = resources.total_count > resources.nodes.len();
        Best { kind, resources: &resources.nodes, all: has_more.then(all) }
    };
    topic.resources().map(of_kind).collect()
}

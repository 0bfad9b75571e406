//! The page of a learning resource: its facts, and the reading lists that recommend it.

mod details;

use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::layout::{Layout, Link};
use super::{Page, RenderError, Resolution};
use crate::Site;
use crate::external::ExternalUrl;
use crate::format::Duration;
use crate::html;
use crate::kind::Kind;
use crate::view::{Level, NameLink, Nodes, ReadingList, Recommendations, ResourceCard, Times, TitleLink};
use details::{Detail, Target};

/// A resource of any kind. The fields that its kind lacks are empty. Courses have a document of their own, because
/// their lists would multiply the cost of the pages of the other kinds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Resource {
    #[serde(rename = "__typename")]
    kind: Kind,
    title: String,
    subtitle: Option<String>,
    original_title: Option<String>,
    summary: Option<String>,
    image_url: Option<String>,
    same_as: Vec<ExternalUrl>,
    json_ld: Value,
    description_html: Option<String>,
    level: Option<Level>,
    language: Option<String>,
    url: Option<ExternalUrl>,
    time_required: Option<Duration>,
    topics: Nodes<TitleLink>,
    listed_in: Recommendations,
    #[serde(default)]
    contributors: Vec<Contributor>,
    publisher: Option<NameLink>,
    publication_year: Option<i32>,
    publication_date: Option<String>,
    edition: Option<String>,
    isbn13: Option<String>,
    isbn10: Option<String>,
    page_count: Option<usize>,
    feed_url: Option<ExternalUrl>,
    episode_count: Option<usize>,
    provider: Option<NameLink>,
    institution: Option<NameLink>,
    #[serde(default)]
    instructors: Vec<NameLink>,
    weekly_effort: Option<Duration>,
    is_free: Option<bool>,
    price: Option<Money>,
    #[serde(default)]
    syllabus: Vec<SyllabusSection>,
    prerequisites: Option<Nodes<ResourceCard>>,
    prerequisite_for: Option<Nodes<ResourceCard>>,
    reading_list: Option<ReadingList>,
    learning_path: Option<Times>,
}

/// A person who contributed to a resource.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contributor {
    role: ContributionRole,
    person: NameLink,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ContributionRole {
    Author,
    Editor,
    Translator,
    Illustrator,
    Foreword,
    Creator,
    Host,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Money {
    amount: String,
    currency: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SyllabusSection {
    title: String,
    summary: Option<String>,
}

#[derive(Template)]
#[template(path = "resource.html")]
struct ResourcePage<'a> {
    page: Layout<'a>,
    path: &'a str,
    resource: &'a Resource,
    details: Vec<Detail>,
    /// Where the resource itself is.
    source: Option<Link>,
}

/// Renders the page.
pub fn render(
    site: &Site,
    Resolution { canonical_path, target, .. }: Resolution<Resource>,
) -> Result<Page, RenderError> {
    let details = details::of(&target, site.strings());
    let description = target.summary.clone().unwrap_or_else(|| details::text_of(&target, &details, site.strings()));
    let page = Layout {
        description: Some(&description),
        path: Some(&canonical_path),
        image: target.image_url.as_deref(),
        json_ld: Some(html::json_for_script(&target.json_ld.to_string())),
        section: Some(target.kind),
        ..Layout::new(site, &target.title)
    };
    let source = target.url.as_ref().map(|url| page.open_at(url));
    let body = ResourcePage { page, path: &canonical_path, resource: &target, details, source }.render()?;
    Ok(Page::html(200, body))
}

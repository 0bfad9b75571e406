//! The data of the fragments that several documents have in common, and the parts of pages that they become.

use std::borrow::Cow;

use serde::Deserialize;

use crate::format::{self, Duration};
use crate::kind::Kind;
use crate::strings::Strings;

/// The number of entries of a reading list on the page of its owner, as in `fragments/reading_list.graphql`.
const FIRST_ENTRIES: usize = 100;

/// A name that links to a page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameLink {
    pub name: String,
    pub path: String,
}

/// A title that links to a page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitleLink {
    pub title: String,
    pub path: String,
}

/// A connection of which only the nodes are selected.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nodes<T> {
    pub nodes: Vec<T>,
}

/// The nodes of a connection, and the number of nodes on all of its pages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Counted<T> {
    pub total_count: usize,
    pub nodes: Vec<T>,
}

/// A connection of which only the number of nodes is selected.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Total {
    pub total_count: usize,
}

/// A career or a topic in a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemCard {
    pub title: String,
    pub path: String,
    pub summary: Option<String>,
}

/// The times of a learning path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Times {
    pub total_duration: Option<Duration>,
    pub unknown_duration_count: usize,
}

/// The position of a page in a connection.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NextPage {
    pub has_next_page: bool,
    pub end_cursor: Option<String>,
}

impl NextPage {
    /// Returns the cursor before the next page, if there is one.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.end_cursor.as_deref().filter(|_| self.has_next_page)
    }
}

/// `fragments/resource_card.graphql`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ResourceCard {
    #[serde(rename = "__typename")]
    pub kind: Kind,
    pub path: String,
    pub title: String,
    pub summary: Option<String>,
    pub level: Option<Level>,
    pub language: Option<String>,
    pub time_required: Option<Duration>,
    pub image_url: Option<String>,
    pub provider: Option<NameLink>,
    pub is_free: Option<bool>,
    pub publication_year: Option<i32>,
    pub publication_date: Option<String>,
    pub page_count: Option<usize>,
    pub episode_count: Option<usize>,
    #[serde(default)]
    authors: Vec<NameLink>,
    #[serde(default)]
    creators: Vec<NameLink>,
    #[serde(default)]
    hosts: Vec<NameLink>,
}

impl ResourceCard {
    /// Returns the people who made the resource, in the roles of its kind.
    pub fn people(&self) -> impl Iterator<Item = &NameLink> {
        self.authors.iter().chain(&self.creators).chain(&self.hosts)
    }

    /// Returns the date of publication as precisely as it is known, in ISO 8601.
    #[must_use]
    pub fn date(&self) -> Option<String> {
        self.publication_date.clone().or_else(|| self.publication_year.map(|year| year.to_string()))
    }

    /// Returns the year of publication.
    #[must_use]
    pub fn year(&self, strings: &Strings) -> Option<String> {
        let of_date = || self.publication_date.as_ref().and_then(|date| date.get(..4)).map(str::to_owned);
        self.publication_year.map(|year| format::year(year, strings)).or_else(of_date)
    }
}

/// The difficulty of a resource.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    Introductory,
    Intermediate,
    Advanced,
}

impl Level {
    /// Returns the name in the API: `INTRODUCTORY`.
    #[must_use]
    pub const fn constant(self) -> &'static str {
        match self {
            Self::Introductory => "INTRODUCTORY",
            Self::Intermediate => "INTERMEDIATE",
            Self::Advanced => "ADVANCED",
        }
    }
    /// Returns the level as the value of a parameter.
    #[must_use]
    pub const fn value(self) -> &'static str {
        match self {
            Self::Introductory => "introductory",
            Self::Intermediate => "intermediate",
            Self::Advanced => "advanced",
        }
    }

    /// Returns the level that is the value of a parameter.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        [Self::Introductory, Self::Intermediate, Self::Advanced].into_iter().find(|level| level.value() == value)
    }
}

/// The role of an entry in its list.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    Introductory,
    Core,
    Reference,
    Advanced,
}

impl Role {
    /// Returns the name in the API: `CORE`.
    #[must_use]
    pub const fn constant(self) -> &'static str {
        match self {
            Self::Introductory => "INTRODUCTORY",
            Self::Core => "CORE",
            Self::Reference => "REFERENCE",
            Self::Advanced => "ADVANCED",
        }
    }
}

/// `fragments/reading_list.graphql`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReadingList {
    pub title: String,
    pub introduction_html: Option<String>,
    pub updated_at: String,
    pub entries: Entries,
}

impl ReadingList {
    /// Returns whether a page about the owner can omit the list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.total_count == 0 && self.introduction_html.is_none()
    }
}

/// A page of the entries of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Entries {
    pub total_count: usize,
    pub page_info: NextPage,
    pub nodes: Vec<Entry>,
}

/// An entry of a reading list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Entry {
    pub position: usize,
    pub role: Option<Role>,
    pub note_html: Option<String>,
    pub resource: ResourceCard,
}

/// `fragments/recommendations.graphql`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Recommendations {
    pub total_count: usize,
    pub page_info: NextPage,
    pub nodes: Vec<Recommendation>,
}

/// An entry of a reading list, seen from its resource.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Recommendation {
    pub position: usize,
    pub role: Option<Role>,
    pub note_html: Option<String>,
    pub list: RecommendingList,
}

impl Recommendation {
    /// Returns the anchor of the entry on the page of the owner. Only the first entries are on that page.
    #[must_use]
    pub fn anchor(&self) -> String {
        if self.position <= FIRST_ENTRIES { format!("entry_{}", self.position) } else { "reading_list".to_owned() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecommendingList {
    pub owner: ListOwner,
}

/// Returns the title of a list outside the page of its owner: with the title of the owner, unless it has that already.
#[must_use]
pub fn list_title<'a>(owner: &str, title: &'a str) -> Cow<'a, str> {
    if title.contains(owner) { title.into() } else { format!("{owner}: {title}").into() }
}

/// The owner of a reading list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListOwner {
    #[serde(rename = "__typename")]
    pub kind: Kind,
    pub title: String,
    pub path: String,
}

/// `fragments/works.graphql`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Works {
    pub total_count: usize,
    pub page_info: NextPage,
    pub nodes: Vec<ResourceCard>,
}

/// The article of a career.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Article {
    pub reading_time_minutes: usize,
    pub sections: Vec<ArticleSection>,
}

impl Article {
    /// Returns the sections of the table of contents.
    pub fn contents(&self) -> Vec<&ArticleSection> {
        self.sections.iter().filter(|section| section.heading.is_some() && section.level <= 3).collect()
    }
}

/// A section of an article. The text before the first heading has no heading.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleSection {
    pub anchor: String,
    pub level: u8,
    pub heading: Option<String>,
    pub blocks: Vec<ArticleBlock>,
}

/// A part of a section: text, or a resource that it embeds.
#[derive(Deserialize)]
#[serde(tag = "__typename", deny_unknown_fields)]
pub enum ArticleBlock {
    ArticleProse { html: String },
    ArticleEmbed { resource: Box<ResourceCard> },
}

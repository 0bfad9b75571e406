//! The filters of a list: links to the list with and without each of them.

use serde::Deserialize;

use super::List;
use crate::page::layout::{Layout, Link};
use crate::view::Level;

/// The facets of the API. The lists of some kinds have only some of them.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facets {
    topics: Vec<TopicFacet>,
    levels: Vec<LevelFacet>,
    languages: Vec<LanguageFacet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFacet {
    topic: Topic,
    count: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    title: String,
    slug: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelFacet {
    level: Option<Level>,
    count: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanguageFacet {
    language: Option<String>,
    count: usize,
}

/// A filter, and its values.
pub struct Facet {
    pub id: &'static str,
    pub name: String,
    pub values: Vec<FacetValue>,
}

/// A value of a filter. The link of the active value removes the filter.
pub struct FacetValue {
    pub link: Link,
    pub count: String,
    pub is_active: bool,
}

/// Returns the filters that a reader can choose from. Filters with one value are useless.
pub fn of(page: &Layout<'_>, list: &List, facets: &Facets) -> Vec<Facet> {
    let t = page.t();
    let value = |name: &str, value: &str, text: &str, count: usize| {
        let is_active = list.parameter(name) == Some(value);
        let target = list.with(name, (!is_active).then_some(value));
        let link = Link { text: text.to_owned(), href: page.href(&target.path()) };
        FacetValue { link, count: t.number(count), is_active }
    };
    let level = |facet: &LevelFacet| {
        let level = facet.level?;
        Some(value("level", level.value(), t.level_name(level), facet.count))
    };
    let language = |facet: &LanguageFacet| {
        let tag = facet.language.as_deref()?;
        Some(value("language", tag, &t.language_name(tag), facet.count))
    };
    let topic = |facet: &TopicFacet| value("topic", &facet.topic.slug, &facet.topic.title, facet.count);
    let all = [
        Facet { id: "level", name: t.level.clone(), values: facets.levels.iter().filter_map(level).collect() },
        Facet {
            id: "language",
            name: t.language.clone(),
            values: facets.languages.iter().filter_map(language).collect(),
        },
        Facet { id: "topic", name: t.topic.clone(), values: facets.topics.iter().map(topic).collect() },
    ];
    all.into_iter().filter(|facet| facet.values.len() > 1 || facet.values.iter().any(|value| value.is_active)).collect()
}

/// Returns the active filters, with links to the list without each of them.
pub fn active(page: &Layout<'_>, list: &List, topic: Option<&str>) -> Vec<Link> {
    let link = |(name, value): &(&'static str, String)| {
        let text = match *name {
            "topic" => topic.unwrap_or(value).to_owned(),
            "level" => Level::from_value(value).map(|level| page.t().level_name(level).to_owned())?,
            "language" => page.t().language_name(value),
            _ => return None,
        };
        Some(Link { text, href: page.href(&list.with(name, None).path()) })
    };
    list.parameters.iter().filter_map(link).collect()
}

//! The results of a search over all kinds, with facets.

mod parameters;
mod result;

use askama::Template;
use serde::Deserialize;

use super::layout::Layout;
use super::{Page, RenderError};
use crate::Site;
use crate::kind::Kind;
use crate::view::{Level, NextPage};

pub use parameters::Search;
use result::Edge;

/// The maximum number of languages to filter by.
const MAX_LANGUAGES: usize = 10;

/// The data of the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    search: Connection,
    /// The topic of the filter. Missing without one, null if no topic has the slug.
    #[serde(default)]
    topic: Option<Topic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Connection {
    total_count: usize,
    total_count_is_exact: bool,
    r#match: Option<QueryMatch>,
    corrected_query: Option<String>,
    page_info: NextPage,
    facets: Facets,
    edges: Vec<Edge>,
}

/// How closely results match the query.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum QueryMatch {
    AllWords,
    MostWords,
    Corrected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facets {
    kinds: Vec<KindFacet>,
    levels: Vec<LevelFacet>,
    languages: Vec<LanguageFacet>,
    topics: Vec<TopicFacet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFacet {
    #[serde(deserialize_with = "Kind::deserialize_constant")]
    kind: Kind,
    count: usize,
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
    path: String,
}

/// A link that sets or removes a filter.
struct Filter {
    label: String,
    /// The number of results with the filter.
    count: String,
    href: String,
    is_active: bool,
}

/// The filters of one facet.
struct FilterGroup<'a> {
    title: &'a str,
    filters: Vec<Filter>,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage<'a> {
    page: Layout<'a>,
    results: &'a Connection,
    kinds: Vec<Filter>,
    groups: Vec<FilterGroup<'a>>,
    /// The active filters, with the addresses that remove them.
    active: Vec<Filter>,
    next: Option<String>,
    first: Option<String>,
}

/// The page without a query: a search box, and links to browse.
#[derive(Template)]
#[template(path = "search_start.html")]
struct StartPage<'a> {
    page: Layout<'a>,
    topics: Vec<&'a Topic>,
}

/// Renders the page, or redirects to the address with the current slug of the topic.
pub fn render(site: &Site, search: &Search, data: &Data) -> Result<Page, RenderError> {
    let found = data.topic.as_ref().map(|topic| &topic.slug);
    if search.topic.as_ref() != found {
        let current = Search { topic: found.cloned(), ..search.clone() };
        // Not for ever: the catalog can get such a topic.
        return Ok(Page { status: 302, ..super::redirect(site, &current.path()) });
    }
    let t = &site.strings();
    if search.query.is_empty() {
        let topics = data.search.facets.topics.iter().map(|facet| &facet.topic).collect();
        let start = Layout { description: Some(&t.search_start_text), ..Layout::new(site, &t.search) };
        return Ok(Page::html(200, StartPage { page: start, topics }.render()?));
    }
    let title = t.search_title.replace("{query}", &search.query);
    let links = Links { site, search };
    let info = &data.search.page_info;
    let next = info.end_cursor.as_ref().filter(|_| info.has_next_page);
    let page = SearchPage {
        page: Layout { query: &search.query, description: Some(&t.search_start_text), ..Layout::new(site, &title) },
        results: &data.search,
        kinds: links.kinds(&data.search.facets.kinds),
        groups: links.groups(&data.search.facets),
        active: links.active(data.topic.as_ref()),
        next: next.map(|cursor| links.href(&Search { after: Some(cursor.clone()), ..search.clone() })),
        first: search.after.is_some().then(|| links.href(&search.first_page())),
    };
    Ok(Page::html(200, page.render()?))
}

/// The links of a page of results.
struct Links<'a> {
    site: &'a Site,
    search: &'a Search,
}

impl<'a> Links<'a> {
    fn href(&self, search: &Search) -> String {
        self.site.settings.href(&search.path())
    }

    /// Returns the link that sets a filter, or removes it if it is active. Filters lead to the first page.
    fn filter(&self, label: String, count: usize, is_active: bool, set: impl FnOnce(&mut Search, bool)) -> Filter {
        let mut search = self.search.first_page();
        set(&mut search, !is_active);
        Filter { label, count: self.site.strings().number(count), href: self.href(&search), is_active }
    }

    fn kind(&self, kind: Kind, count: usize) -> Filter {
        let label = self.site.strings().plural_name(&kind).to_owned();
        self.filter(label, count, self.search.kind == Some(kind), |search, is_set| {
            search.kind = is_set.then_some(kind);
        })
    }

    fn level(&self, level: Level, count: usize) -> Filter {
        let label = self.site.strings().level_name(level).to_owned();
        self.filter(label, count, self.search.level == Some(level), |search, is_set| {
            search.level = is_set.then_some(level);
        })
    }

    fn language(&self, language: &str, count: usize) -> Filter {
        let label = self.site.strings().language_name(language);
        self.filter(label, count, self.search.language.as_deref() == Some(language), |search, is_set| {
            search.language = is_set.then(|| language.to_owned());
        })
    }

    fn topic(&self, topic: &Topic, count: usize) -> Filter {
        let is_active = self.search.topic.as_ref() == Some(&topic.slug);
        self.filter(topic.title.clone(), count, is_active, |search, is_set| {
            search.topic = is_set.then(|| topic.slug.clone());
        })
    }

    /// Returns the filters by kind, after the one for all kinds.
    fn kinds(&self, facets: &[KindFacet]) -> Vec<Filter> {
        let all = Filter {
            label: self.site.strings().all_kinds.clone(),
            count: self.site.strings().number(facets.iter().map(|facet| facet.count).sum()),
            href: self.href(&Search { kind: None, ..self.search.first_page() }),
            is_active: self.search.kind.is_none(),
        };
        std::iter::once(all).chain(facets.iter().map(|facet| self.kind(facet.kind, facet.count))).collect()
    }

    /// Returns the other filters, by facet. A facet with one value would narrow nothing.
    fn groups(&self, facets: &Facets) -> Vec<FilterGroup<'a>> {
        let t = &self.site.strings();
        let levels = facets.levels.iter().filter_map(|facet| Some(self.level(facet.level?, facet.count)));
        let languages = merge(&facets.languages).into_iter().map(|(language, count)| self.language(language, count));
        let topics = facets.topics.iter().map(|facet| self.topic(&facet.topic, facet.count));
        let groups = [
            FilterGroup { title: &t.level, filters: levels.collect() },
            FilterGroup { title: &t.language, filters: languages.collect() },
            FilterGroup { title: &t.topics, filters: topics.collect() },
        ];
        let is_useful = |group: &FilterGroup| group.filters.len() > 1 || group.filters.iter().any(|it| it.is_active);
        groups.into_iter().filter(is_useful).collect()
    }

    /// Returns the active filters.
    fn active(&self, topic: Option<&Topic>) -> Vec<Filter> {
        let kind = self.search.kind.map(|kind| self.kind(kind, 0));
        let level = self.search.level.map(|level| self.level(level, 0));
        let language = self.search.language.as_ref().map(|language| self.language(language, 0));
        let topic = topic.map(|topic| self.topic(topic, 0));
        [kind, level, language, topic].into_iter().flatten().collect()
    }
}

/// Adds the counts of the variants of a language, the most frequent language first.
fn merge(facets: &[LanguageFacet]) -> Vec<(&str, usize)> {
    let mut merged: Vec<(&str, usize)> = Vec::new();
    for facet in facets {
        let Some(language) = facet.language.as_deref().and_then(|tag| tag.split('-').next()) else { continue };
        match merged.iter_mut().find(|(other, _)| *other == language) {
            Some((_, count)) => *count += facet.count,
            None => merged.push((language, facet.count)),
        }
    }
    merged.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    merged.truncate(MAX_LANGUAGES);
    merged
}

impl SearchPage<'_> {
    /// Returns the number of results.
    fn count(&self) -> String {
        let t = self.page.t();
        let text = if self.results.total_count_is_exact { &t.result_count } else { &t.result_count_more };
        t.counted(text, self.results.total_count)
    }

    /// Returns the query with its typos corrected, if these are its results.
    fn correction(&self) -> Option<&str> {
        self.results.corrected_query.as_deref().filter(|_| self.results.r#match == Some(QueryMatch::Corrected))
    }

    /// Returns the text before and after the corrected query.
    fn around_correction(&self) -> (&str, &str) {
        let text = &self.page.t().corrected;
        text.split_once("{query}").unwrap_or((text, ""))
    }

    /// Returns the note on results that do not contain the words of the query.
    fn note(&self) -> Option<&str> {
        let t = self.page.t();
        match self.results.r#match? {
            QueryMatch::AllWords => None,
            QueryMatch::MostWords => Some(&t.most_words),
            QueryMatch::Corrected => Some(&t.similar_words),
        }
    }

    /// Returns the label of the link that removes a filter.
    fn remove_filter(&self, filter: &Filter) -> String {
        self.page.t().remove_filter.replace("{name}", &filter.label)
    }

    fn corrected_href(&self, query: &str) -> String {
        self.page.href(&Search::new(query).path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_of_a_language_count_for_it() {
        let facet = |language: Option<&str>, count| LanguageFacet { language: language.map(str::to_owned), count };
        let facets = [facet(Some("de"), 5), facet(Some("en-GB"), 3), facet(None, 9), facet(Some("en"), 4)];
        assert_eq!(merge(&facets), [("en", 7), ("de", 5)]);
    }
}

//! The parameters of a search, normalized: values that mean nothing are ignored, and the order is fixed.

use identifiers::slug;
use serde_json::{Value, json};

use crate::address::{Address, with_parameters};
use crate::kind::Kind;
use crate::view::Level;

/// The maximum length of a query in characters, and in words.
const MAX_QUERY_LENGTH: usize = 500;
const MAX_QUERY_WORDS: usize = 32;

/// The longest primary language of a tag. Longer ones are reserved.
const MAX_LANGUAGE_LENGTH: usize = 3;

/// A search: a query, and filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub query: String,
    pub kind: Option<Kind>,
    pub level: Option<Level>,
    /// The primary language, without a region.
    pub language: Option<String>,
    /// The slug of a topic.
    pub topic: Option<String>,
    /// The cursor of the last result of the page before.
    pub after: Option<String>,
}

impl Search {
    /// Creates a search without filters.
    #[must_use]
    pub fn new(query: &str) -> Self {
        let words: Vec<&str> = query.split_whitespace().take(MAX_QUERY_WORDS).collect();
        let query: String = words.join(" ").chars().take(MAX_QUERY_LENGTH).collect();
        Self { query: query.trim_end().to_owned(), ..Self::default() }
    }

    /// Reads the parameters. Without a query, the page has no results to filter.
    #[must_use]
    pub fn of(address: &Address) -> Self {
        let search = Self::new(address.parameter("q").unwrap_or_default());
        if search.query.is_empty() {
            return search;
        }
        let kind = address.parameter("kind").and_then(Kind::from_segment);
        Self {
            kind: kind.filter(|kind| Kind::SEARCHABLE.contains(kind)),
            level: address.parameter("level").and_then(Level::from_value),
            language: address.parameter("language").and_then(primary_language),
            topic: address.parameter("topic").filter(|topic| slug::is_slug(topic)).map(str::to_owned),
            after: address.parameter("after").map(str::to_owned),
            ..search
        }
    }

    /// Returns the search without a position in its results.
    #[must_use]
    pub fn first_page(&self) -> Self {
        Self { after: None, ..self.clone() }
    }

    /// Returns the path of the page.
    #[must_use]
    pub fn path(&self) -> String {
        let parameters = [
            ("q", Some(self.query.as_str())),
            ("kind", self.kind.map(Kind::segment)),
            ("level", self.level.map(Level::value)),
            ("language", self.language.as_deref()),
            ("topic", self.topic.as_deref()),
            ("after", self.after.as_deref()),
        ];
        with_parameters("/search", parameters.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }

    /// Returns the variables of the document.
    #[must_use]
    pub fn variables(&self) -> Value {
        let mut conditions = serde_json::Map::new();
        if let Some(level) = self.level {
            conditions.insert("level".to_owned(), json!({ "eq": level.value().to_uppercase() }));
        }
        if let Some(language) = &self.language {
            conditions.insert("language".to_owned(), json!({ "matches": language }));
        }
        if let Some(topic) = &self.topic {
            conditions.insert("hasTopic".to_owned(), json!({ "slug": { "eq": topic } }));
        }
        json!({
            "query": self.query,
            "kinds": self.kind.map(|kind| [kind.constant()]),
            "where": conditions,
            "topic": self.topic.as_deref().unwrap_or_default(),
            "hasTopic": self.topic.is_some(),
            "after": self.after,
        })
    }
}

/// Returns the primary language of a tag: `en` of `en-GB`.
fn primary_language(tag: &str) -> Option<String> {
    let language = tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
    let is_language =
        (2..=MAX_LANGUAGE_LENGTH).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    is_language.then_some(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(query: &str) -> String {
        Search::of(&Address::parse("/search", query)).path()
    }

    #[test]
    fn parameters_have_one_order() {
        assert_eq!(
            normalized("after=x&topic=data&language=en-GB&level=advanced&kind=book&q=+deep++learning"),
            "/search?q=deep%20learning&kind=book&level=advanced&language=en&topic=data&after=x"
        );
    }

    #[test]
    fn unknown_parameters_and_values_are_ignored() {
        assert_eq!(
            normalized("q=c%2B%2B&kind=person&level=hard&language=english&topic=No%20Slug&page=2"),
            "/search?q=c%2B%2B"
        );
    }

    #[test]
    fn searches_without_a_query_have_no_filters() {
        assert_eq!(normalized("q=+&kind=book"), "/search?q=");
    }

    #[test]
    fn long_queries_are_cut() {
        assert_eq!(Search::new(&"word ".repeat(40)).query.split(' ').count(), MAX_QUERY_WORDS);
        assert_eq!(Search::new(&"é".repeat(600)).query.chars().count(), MAX_QUERY_LENGTH);
    }
}

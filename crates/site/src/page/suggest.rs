//! Suggestions for a search box, in the format of `OpenSearch`.

use serde::Deserialize;
use serde_json::json;

use super::Page;
use super::search::Search;
use crate::Site;
use crate::kind::Kind;

/// The maximum length of a prefix in characters.
const MAX_PREFIX_LENGTH: usize = 100;

/// The data of the suggestions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    suggest: Vec<Suggestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suggestion {
    text: String,
    /// The item with this title; `None` for words that occur in several titles.
    target: Option<Target>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    path: String,
}

impl Target {
    fn kind(&self) -> Option<Kind> {
        self.path.split('/').nth(1).and_then(Kind::from_segment)
    }
}

/// Returns the prefix to complete: the start of a text.
#[must_use]
pub fn prefix(text: &str) -> String {
    text.chars().take(MAX_PREFIX_LENGTH).collect()
}

/// Renders the text with its completions, their kinds and their URLs. Browsers need absolute URLs.
pub fn render(site: &Site, text: &str, origin: &str, data: &Data) -> Page {
    let t = &site.strings();
    let url = |suggestion: &Suggestion| {
        let path = match &suggestion.target {
            Some(target) => target.path.clone(),
            None => Search::new(&suggestion.text).path(),
        };
        let url = site.settings.url(&path);
        if url.starts_with('/') { format!("{origin}{url}") } else { url }
    };
    let kind = |suggestion: &Suggestion| match suggestion.target.as_ref().and_then(Target::kind) {
        Some(kind) => t.kind_name(&kind).to_owned(),
        None => t.search.clone(),
    };
    let texts: Vec<&str> = data.suggest.iter().map(|suggestion| suggestion.text.as_str()).collect();
    let kinds: Vec<String> = data.suggest.iter().map(kind).collect();
    let urls: Vec<String> = data.suggest.iter().map(url).collect();
    let body = json!([text, texts, kinds, urls]).to_string();
    Page { content_type: "application/x-suggestions+json; charset=utf-8", ..Page::html(200, body) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::site;

    #[test]
    fn suggestions_lead_to_items_or_searches() {
        let target = Target { path: "/book/abcdef/dune".to_owned() };
        let suggestions = [("Dune", Some(target)), ("c & d", None)];
        let suggest =
            suggestions.into_iter().map(|(text, target)| Suggestion { text: text.to_owned(), target }).collect();
        let page = render(&site(None), "d", "http://localhost:1", &Data { suggest });
        assert_eq!(
            page.body,
            json!([
                "d",
                ["Dune", "c & d"],
                ["Book", "Search"],
                ["http://localhost:1/book/abcdef/dune", "http://localhost:1/search?q=c%20%26%20d"]
            ])
            .to_string()
        );
    }
}

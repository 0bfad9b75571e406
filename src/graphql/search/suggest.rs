//! Suggestions for a text that a user is typing.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use futures_util::future::try_join_all;

use super::find::{item, kinds_of};
use super::snapshot;
use crate::domain::search::document::completion;
use crate::graphql::context::loaders;
use crate::graphql::enums::CatalogKind;
use crate::graphql::error::bad_input;
use crate::graphql::interface::Routable;
use crate::graphql::list::List;
use crate::loader::search::{CompletionsOf, Prefix, SearchHit, TitleCompletion, object_of_document};

/// The maximum number of suggestions.
const MAX_SUGGESTIONS: i32 = 50;
/// The maximum number of characters of a prefix.
const MAX_PREFIX_LENGTH: usize = 100;
/// At most one in this many suggestions is a phrase.
const PHRASE_FRACTION: usize = 3;
/// The minimum number of titles that contain a phrase.
const MIN_TITLES: usize = 2;

/// A completion of the text that a user is typing.
#[derive(SimpleObject, Debug)]
pub struct Suggestion {
    /// The completed text: the title of `target` or, if that is null, words that occur in several titles.
    text: String,
    /// The suggested item. Null if the suggestion is words that occur in several titles.
    target: Option<Routable>,
}

#[derive(Default)]
pub struct SuggestQuery;

#[Object]
impl SuggestQuery {
    /// Completes the text that a user is typing, from any word of a title or alias: first items, those on the most
    /// reading lists first, then words that occur in several of these titles. If no title matches, typos in words of four
    /// or more letters are corrected.
    async fn suggest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text typed so far. Blank text yields no suggestions. Maximum: 100 characters.")]
        prefix: String,
        #[graphql(desc = "Suggests only items of these kinds. Default: all kinds.")] kinds: Option<Vec<CatalogKind>>,
        #[graphql(desc = "The maximum number of suggestions. Default: 10. Maximum: 50.", default = 10)] first: i32,
    ) -> Result<List<Suggestion>> {
        let length = prefix.chars().count();
        if length > MAX_PREFIX_LENGTH {
            return Err(bad_input("prefix", format!("must have at most {MAX_PREFIX_LENGTH} characters, not {length}")));
        }
        let first = match usize::try_from(first) {
            Ok(limit) if first <= MAX_SUGGESTIONS => limit,
            _ => return Err(bad_input("first", format!("must be between 0 and {MAX_SUGGESTIONS}"))),
        };
        let prefix = completion(&prefix);
        if prefix.is_empty() {
            return Ok(List::default());
        }
        let request = Prefix { text: prefix.clone(), kinds: kinds_of(kinds), snapshot: snapshot(ctx).await? };
        let completed = loaders(ctx)?.load(CompletionsOf(Arc::new(request))).await?.unwrap_or_default();
        let phrases = phrases(&prefix, &completed, first / PHRASE_FRACTION);
        let mut seen = HashSet::new();
        let found: Vec<SearchHit> = (completed.iter())
            .filter(|completed| seen.insert(completed.document))
            .filter_map(|completed| object_of_document(completed.document))
            .map(|(kind, id)| SearchHit { kind, id })
            .take(first.saturating_sub(phrases.len()))
            .collect();
        let items = try_join_all(found.into_iter().map(|found| item(ctx, found))).await?;
        let items = items
            .into_iter()
            .flatten()
            .map(|item| Suggestion { text: item.heading().to_owned(), target: Some(Routable::new(item)) });
        Ok(items.chain(phrases.into_iter().map(|text| Suggestion { text, target: None })).collect())
    }
}

/// The words with which several titles continue, up to the end of the word that the user is typing, the most frequent
/// first.
fn phrases(prefix: &str, completed: &[TitleCompletion], most: usize) -> Vec<String> {
    let words = prefix.split(' ').count();
    let mut counts: BTreeMap<String, HashSet<i64>> = BTreeMap::new();
    let mut titles = HashSet::new();
    for TitleCompletion { document, completion } in completed {
        let phrase = completion.split(' ').take(words).collect::<Vec<_>>().join(" ");
        if phrase == *completion {
            titles.insert(phrase.clone());
        }
        counts.entry(phrase).or_default().insert(*document);
    }
    let mut phrases: Vec<(usize, String)> = (counts.into_iter())
        .map(|(phrase, documents)| (documents.len(), phrase))
        // A phrase that is a title is already suggested as an item.
        .filter(|(count, phrase)| *count >= MIN_TITLES && !titles.contains(phrase))
        .collect();
    phrases.sort_by(|one, other| (other.0, &one.1).cmp(&(one.0, &other.1)));
    phrases.truncate(most);
    phrases.into_iter().map(|(_, phrase)| phrase).collect()
}

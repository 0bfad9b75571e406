//! Completions of a prefix.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::kind::NodeKind;
use futures_util::future::try_join_all;
use search_index::{Completion, Snapshot};

use super::corrections::{Term, near};
use super::hits::{all_of, index_scope, read};
use super::identity_key;
use crate::domain::search::fuzzy;
use crate::loader::{BatchLoader, ReadError, Scope};

/// The maximum number of completions: enough for a page of items, some of which match by two words.
const MAX_COMPLETIONS: usize = 120;

/// A folded prefix, to be completed among some kinds.
pub struct Prefix {
    pub text: String,
    pub kinds: Vec<NodeKind>,
    pub snapshot: Snapshot,
}

identity_key! {
    /// The key of the completions of a prefix.
    CompletionsOf(Prefix)
}

impl Loader<CompletionsOf> for BatchLoader {
    type Value = Arc<Vec<TitleCompletion>>;
    type Error = ReadError;

    async fn load(&self, keys: &[CompletionsOf]) -> Result<HashMap<CompletionsOf, Self::Value>, ReadError> {
        let scope = self.reader.scope();
        let completed = try_join_all(keys.iter().map(async |key| {
            let Prefix { text, kinds, snapshot } = &*key.0;
            Ok::<_, ReadError>((key.clone(), Arc::new(completions(snapshot, text, kinds, scope).await?)))
        }));
        Ok(completed.await?.into_iter().collect())
    }
}

/// An item with a completion: its title from one of its words on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleCompletion {
    pub document: i64,
    pub completion: String,
}

/// Returns completions of a prefix, or of its correction if it has none, the most recommended first.
async fn completions(
    snapshot: &Snapshot,
    prefix: &str,
    kinds: &[NodeKind],
    scope: Scope,
) -> Result<Vec<TitleCompletion>, ReadError> {
    let found = complete(snapshot, vec![prefix.to_owned()], kinds, scope).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    let corrected = correct(snapshot, prefix, scope).await?;
    if corrected.is_empty() {
        return Ok(found);
    }
    complete(snapshot, corrected, kinds, scope).await
}

async fn complete(
    snapshot: &Snapshot,
    prefixes: Vec<String>,
    kinds: &[NodeKind],
    scope: Scope,
) -> Result<Vec<TitleCompletion>, ReadError> {
    let kinds = all_of(kinds);
    let found =
        read(snapshot, move |index| index.completions(&prefixes, &index_scope(scope, &kinds), MAX_COMPLETIONS)).await?;
    let completed = |Completion { document, text, .. }| TitleCompletion { document, completion: text };
    Ok(found.into_iter().map(completed).collect())
}

/// Returns corrections of a prefix. The last word may be the beginning of a longer one.
async fn correct(snapshot: &Snapshot, prefix: &str, scope: Scope) -> Result<Vec<String>, ReadError> {
    let words: Vec<&str> = prefix.split(' ').collect();
    let typed: Vec<Term> = (words.iter().enumerate())
        .filter(|(_, word)| fuzzy::is_correctable(word))
        .map(|(index, word)| Term { text: (*word).to_owned(), is_prefix_word: index + 1 == words.len() })
        .collect();
    let near = near(snapshot, typed, scope).await?;
    if near.values().all(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let Some((last, before)) = words.split_last() else { return Ok(Vec::new()) };
    let nearest = |word: &str| near.get(word).and_then(|words| words.first()).cloned();
    let mut begun = String::new();
    for word in before {
        begun.push_str(&nearest(word).unwrap_or_else(|| (*word).to_owned()));
        begun.push(' ');
    }
    let lasts = near.get(*last).filter(|words| !words.is_empty());
    Ok(match lasts {
        Some(lasts) => lasts.iter().map(|word| format!("{begun}{word}")).collect(),
        None => vec![format!("{begun}{last}")],
    })
}

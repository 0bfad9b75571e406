//! Corrections of typos to words of the catalog.

use std::collections::HashMap;

use entity::kind::NodeKind;
use search_index::{Snapshot, Spelling};

use super::hits::{all_of, index_scope, read};
use crate::domain::search::query::Query;
use crate::domain::search::{fuzzy, stem};
use crate::loader::{ReadError, Scope};

/// The maximum number of corrections of a word.
const MAX_CORRECTIONS: usize = 8;

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub text: String,
    pub is_prefix_word: bool,
}

/// Corrects the words of a query that no title, alias or name contains. Returns whether there was a correction.
///
/// # Errors
/// When the index cannot be read.
pub async fn correct(snapshot: &Snapshot, query: &mut Query, scope: Scope) -> Result<bool, ReadError> {
    let typed: Vec<Term> = (query.words_mut())
        .filter(|word| fuzzy::is_correctable(&word.text))
        .map(|word| Term { text: word.text.clone(), is_prefix_word: word.is_prefix })
        .collect();
    let near = near(snapshot, typed, scope).await?;
    let mut corrected = false;
    for word in query.words_mut() {
        let Some(near) = near.get(&word.text) else { continue };
        let mut forms: Vec<String> = Vec::new();
        for text in near {
            let stemmed = stem::stem(text).into_owned();
            forms.extend([stemmed, text.clone()].into_iter().filter(|form| !word.forms().any(|own| own == form)));
        }
        forms.dedup();
        corrected |= !forms.is_empty();
        word.corrected = near.first().cloned();
        word.corrections = forms;
    }
    Ok(corrected)
}

/// Returns the corrections of each term at the smallest edit distance, the most frequent first; none for a term that the catalog
/// contains.
///
/// # Errors
/// When the index cannot be read.
pub async fn near(
    snapshot: &Snapshot,
    typed: Vec<Term>,
    scope: Scope,
) -> Result<HashMap<String, Vec<String>>, ReadError> {
    if typed.is_empty() {
        return Ok(HashMap::new());
    }
    let kinds = all_of(&NodeKind::ROUTABLE);
    read(snapshot, move |index| {
        let scope = index_scope(scope, &kinds);
        let near = typed.into_iter().map(|typed| {
            let max_edits = u8::try_from(fuzzy::max_edits(&typed.text)).unwrap_or(u8::MAX);
            let spellings = index.spellings(&typed.text, max_edits, typed.is_prefix_word, &scope)?;
            let nearest = nearest(&typed, spellings);
            Ok((typed.text, nearest))
        });
        near.collect()
    })
    .await
}

/// Returns the nearest spellings, frequent ones first; none if the term itself is one of them.
fn nearest(typed: &Term, spellings: Vec<Spelling>) -> Vec<String> {
    let far = |word: &str| {
        if typed.is_prefix_word {
            fuzzy::prefix_distance(&typed.text, word)
        } else {
            fuzzy::distance(&typed.text, word)
        }
    };
    let found = spellings
        .into_iter()
        .filter_map(|one| Some((far(&one.word)?, -(i64::try_from(one.documents).ok()?), one.word)));
    let mut found: Vec<(usize, i64, String)> = found.collect();
    found.sort();
    let least = found.first().map_or(0, |(far, ..)| *far);
    found
        .into_iter()
        .take_while(|(far, ..)| *far == least && least > 0)
        .take(MAX_CORRECTIONS)
        .map(|(.., word)| word)
        .collect()
}

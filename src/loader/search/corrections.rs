//! The words of the catalog that are like what somebody typed.

use std::collections::HashMap;

use entity::kind::NodeKind;
use search_index::{Snapshot, Spelling};

use super::hits::{all_of, index_scope, read};
use crate::domain::search::query::Query;
use crate::domain::search::{stem, typo};
use crate::loader::{ReadError, Scope};

/// Words that a typo is corrected to.
const MOST: usize = 8;

/// What was typed: a word, and whether it may be only the beginning of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub text: String,
    pub is_prefix_word: bool,
}

/// Corrects the words of a query that no title, alias or name spells so. Says whether there was any.
///
/// # Errors
/// When the index cannot be read.
pub async fn correct(snapshot: &Snapshot, query: &mut Query, scope: Scope) -> Result<bool, ReadError> {
    let typed: Vec<Typed> = (query.words_mut())
        .filter(|word| typo::is_correctable(&word.text))
        .map(|word| Typed { text: word.text.clone(), is_prefix_word: word.is_prefix })
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
        word.corrections = forms;
    }
    Ok(corrected)
}

/// The words that each of `typed` may have been meant to be, nearest first; nothing for those that are spelled so somewhere.
///
/// # Errors
/// When the index cannot be read.
pub async fn near(
    snapshot: &Snapshot,
    typed: Vec<Typed>,
    scope: Scope,
) -> Result<HashMap<String, Vec<String>>, ReadError> {
    if typed.is_empty() {
        return Ok(HashMap::new());
    }
    let kinds = all_of(&NodeKind::ROUTABLE);
    read(snapshot, move |index| {
        let scope = index_scope(scope, &kinds);
        let near = typed.into_iter().map(|typed| {
            let tolerance = u8::try_from(typo::tolerance(&typed.text)).unwrap_or(u8::MAX);
            let spellings = index.spellings(&typed.text, tolerance, typed.is_prefix_word, &scope)?;
            let nearest = nearest(&typed, spellings);
            Ok((typed.text, nearest))
        });
        near.collect()
    })
    .await
}

/// The nearest of some words, what more documents have before others; none where one is spelled as it was typed.
fn nearest(typed: &Typed, spellings: Vec<Spelling>) -> Vec<String> {
    let far = |word: &str| {
        if typed.is_prefix_word {
            typo::distance_from_beginning(&typed.text, word)
        } else {
            typo::distance(&typed.text, word)
        }
    };
    let found = spellings
        .into_iter()
        .filter_map(|one| Some((far(&one.word)?, -(i64::try_from(one.documents).ok()?), one.word)));
    let mut found: Vec<(usize, i64, String)> = found.collect();
    found.sort();
    let least = found.first().map_or(0, |(far, ..)| *far);
    found.into_iter().take_while(|(far, ..)| *far == least && least > 0).take(MOST).map(|(.., word)| word).collect()
}

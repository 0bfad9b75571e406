//! The words of the catalog that are like what somebody typed.

use std::collections::{BTreeMap, HashMap};

use crate::domain::search::query::Query;
use crate::domain::search::{stem, typo};
use crate::loader::{ReadError, Reader};

/// Words that share the most groups of letters with what was typed: what is near is among them.
const ALIKE: usize = 100;
/// Words that a typo is mended to.
const MENDED: usize = 8;

/// What was typed: a word, and whether it may be only the beginning of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub text: String,
    pub is_beginning: bool,
}

/// Mends the words of a query that no title, alias or name spells so. Says whether there was any.
///
/// # Errors
/// When the database fails.
pub async fn correct(reader: &Reader, query: &mut Query) -> Result<bool, ReadError> {
    let typed: Vec<Typed> = (query.words_mut())
        .filter(|word| typo::is_correctable(&word.text))
        .map(|word| Typed { text: word.text.clone(), is_beginning: word.is_prefix })
        .collect();
    let near = near(reader, &typed).await?;
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
/// When the database fails.
pub async fn near(reader: &Reader, typed: &[Typed]) -> Result<HashMap<String, Vec<String>>, ReadError> {
    if typed.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = reader.sql("");
    for (number, word) in typed.iter().enumerate() {
        let grams = if word.is_beginning { typo::beginning_trigrams(&word.text) } else { typo::trigrams(&word.text) };
        sql.push(if number > 0 { " UNION ALL " } else { "" });
        sql.push(&format!("SELECT CAST({number} AS BIGINT), alike.word, search_word.documents FROM ("));
        sql.push("SELECT word FROM search_trigram WHERE trigram").is_any_text(grams.iter().map(String::as_str));
        sql.push(&format!(" GROUP BY word ORDER BY COUNT(*) DESC, word LIMIT {ALIKE}"));
        sql.push(") AS alike JOIN search_word ON search_word.word = alike.word");
    }
    let mut found: BTreeMap<usize, Vec<(usize, i64, String)>> = BTreeMap::new();
    for row in reader.rows(sql).await? {
        let mut columns = row.columns();
        let (number, word, documents): (i64, String, i64) = (columns.take()?, columns.take()?, columns.take()?);
        let number = usize::try_from(number).unwrap_or_default();
        let Some(asked) = typed.get(number) else { continue };
        let far = if asked.is_beginning {
            typo::distance_from_beginning(&asked.text, &word)
        } else {
            typo::distance(&asked.text, &word)
        };
        found.entry(number).or_default().extend(far.map(|far| (far, -documents, word)));
    }
    let nearest = found.into_iter().filter_map(|(number, mut words)| {
        words.sort();
        let least = words.first()?.0;
        let near = words.into_iter().take_while(|(far, ..)| *far == least && least > 0).take(MENDED);
        Some((typed.get(number)?.text.clone(), near.map(|(.., word)| word).collect()))
    });
    Ok(nearest.collect())
}

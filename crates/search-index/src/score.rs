//! The relevance score of a document: an integer.
//!
//! Each clause scores the weight of its highest-ranked matching field; weights double with each rank. Prefix and corrected matches
//! score three quarters. A title that contains the query as a phrase scores more, and a title or another name that equals the query
//! outranks everything else.

use std::io;

use tantivy::{DocId, SegmentReader, TERMINATED};

use crate::clause::MatchedFields;
use crate::index_query::IndexQuery;
use crate::phrase::Phrase;
use crate::postings::WordPostings;
use crate::schema::Fields;

/// The weight of a word in the field of the lowest rank.
const BASE_WEIGHT: u32 = 4;
/// The bonus for a title that contains the query as a phrase.
const PHRASE_BONUS: u32 = 32;
/// The bonus for a name that equals the query in one of its forms.
const NAME_BONUS: u32 = 100_000;
/// The bonus for a name that equals the query literally.
const LITERAL_NAME_BONUS: u32 = 2 * NAME_BONUS;

/// The parts of the score in addition to the clauses, in one segment.
#[derive(Clone, Default)]
pub struct TitleScorer {
    literal: Option<WordPostings>,
    names: Vec<WordPostings>,
    phrases: Vec<Phrase>,
}

impl TitleScorer {
    pub fn of(segment: &SegmentReader, fields: &Fields, query: &IndexQuery) -> io::Result<Self> {
        let mut titles = Self::default();
        let Some(title) = &query.title else { return Ok(titles) };
        titles.literal = WordPostings::of_word(segment, fields.name, &title.literal)?;
        for name in &title.names {
            titles.names.extend(WordPostings::of_word(segment, fields.name, name)?);
        }
        for phrase in &title.phrases {
            titles.phrases.extend(Phrase::of(segment, fields.title, phrase, title.is_last_prefix)?);
        }
        Ok(titles)
    }

    /// Returns the score that the titles of a document add.
    pub fn score(&mut self, document: DocId) -> u32 {
        let is_in = |list: &mut WordPostings| document != TERMINATED && list.seek(document) == document;
        let named = if self.literal.as_mut().is_some_and(is_in) {
            LITERAL_NAME_BONUS
        } else if self.names.iter_mut().any(is_in) {
            NAME_BONUS
        } else {
            0
        };
        let has_phrase = self.phrases.iter_mut().any(|phrase| phrase.is_in(document));
        named + if has_phrase { PHRASE_BONUS } else { 0 }
    }
}

impl MatchedFields {
    /// Returns the score of a clause that a document matches.
    pub fn weight(self) -> u32 {
        let weight = |rank: u8| BASE_WEIGHT << rank;
        let exact = self.exact.highest().map_or(0, weight);
        let loose = self.loose.highest().map_or(0, |rank| weight(rank) * 3 / 4);
        // Its words are there, if not in one field.
        exact.max(loose).max(BASE_WEIGHT)
    }
}

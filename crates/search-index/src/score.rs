//! The relevance score of a document: an integer.
//!
//! Each clause scores the weight of its highest-ranked matching field; weights double with each rank. Prefix and corrected matches
//! score three quarters. A title that contains the query as a phrase scores more, and a title or another name that equals the query
//! outranks everything else.

use std::io;

use tantivy::{DocId, SegmentReader, TERMINATED};

use crate::clause::Found;
use crate::phrase::Phrase;
use crate::postings::List;
use crate::question::Question;
use crate::schema::Fields;

/// What a word is worth in the field of the lowest rank.
const LEAST: u32 = 4;
/// The words in a row in a title.
const IN_A_ROW: u32 = 32;
/// A name is what was asked for, in one of its forms.
const NAMED: u32 = 100_000;
/// A name is what was asked for, to the letter.
const LITERAL: u32 = 2 * NAMED;

/// What counts beside the clauses, in one segment.
pub struct Titles {
    literal: Option<List>,
    names: Vec<List>,
    rows: Vec<Phrase>,
}

impl Titles {
    pub fn of(segment: &SegmentReader, fields: &Fields, question: &Question) -> io::Result<Self> {
        let mut titles = Self { literal: None, names: Vec::new(), rows: Vec::new() };
        let Some(title) = &question.title else { return Ok(titles) };
        titles.literal = List::of_word(segment, fields.name, &title.literal)?;
        for name in &title.names {
            titles.names.extend(List::of_word(segment, fields.name, name)?);
        }
        for row in &title.rows {
            titles.rows.extend(Phrase::of(segment, fields.title, row, title.last_is_prefix)?);
        }
        Ok(titles)
    }

    /// What the titles of a document add to its score.
    pub fn score(&mut self, document: DocId) -> u32 {
        let is_in = |list: &mut List| document != TERMINATED && list.seek(document) == document;
        let named = if self.literal.as_mut().is_some_and(is_in) {
            LITERAL
        } else if self.names.iter_mut().any(is_in) {
            NAMED
        } else {
            0
        };
        let in_a_row = self.rows.iter_mut().any(|row| row.is_in(document));
        named + if in_a_row { IN_A_ROW } else { 0 }
    }
}

impl Found {
    /// What a clause that a document matches is worth there.
    pub fn worth(self) -> u32 {
        let worth = |rank: u8| LEAST << rank;
        let whole = self.whole.highest().map_or(0, worth);
        let loose = self.loose.highest().map_or(0, |rank| worth(rank) * 3 / 4);
        // Its words are there, if not in one field.
        whole.max(loose).max(LEAST)
    }
}

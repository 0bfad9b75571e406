//! Phrases.

use std::io;

use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader};

use crate::postings::{few_with_prefix, inverted, stored};
use crate::schema::SHORT_PREFIX;

/// The maximum number of words that a prefix expands to. A prefix of more words matches as a whole word.
const EXPANSIONS: usize = 64;

/// The words of a phrase, with their positions.
#[derive(Clone)]
pub struct Phrase {
    words: Vec<Positions>,
    /// The positions at which the phrase can still start in the current document.
    starts: Vec<u32>,
    positions: Vec<u32>,
}

/// The postings of a word; those of all words that begin so, where it need not be whole.
#[derive(Clone)]
struct Positions(Vec<SegmentPostings>);

impl Phrase {
    /// A phrase in a field; `None` if no document of the segment contains one of its words. The last word can be a
    /// prefix, unless it is so short, or expands to so many words, that most documents contain one.
    pub fn of(
        segment: &SegmentReader,
        field: Field,
        words: &[String],
        is_last_prefix: bool,
    ) -> io::Result<Option<Self>> {
        let option = IndexRecordOption::WithFreqsAndPositions;
        let mut postings = Vec::with_capacity(words.len());
        for (index, word) in words.iter().enumerate() {
            let is_prefix = is_last_prefix && index + 1 == words.len() && word.chars().nth(SHORT_PREFIX).is_some();
            let expanded =
                if is_prefix { few_with_prefix(&*inverted(segment, field)?, word, EXPANSIONS, option)? } else { None };
            let positions = match expanded {
                Some(all) => Positions(all),
                None => Positions(stored(segment, field, word, option)?.into_iter().collect()),
            };
            if positions.0.is_empty() {
                return Ok(None);
            }
            postings.push(positions);
        }
        Ok(Some(Self { words: postings, starts: Vec::new(), positions: Vec::new() }))
    }

    /// Whether a document contains the phrase. The document must not precede that of the previous call.
    pub fn is_in(&mut self, document: DocId) -> bool {
        for (offset, word) in (0..).zip(&mut self.words) {
            self.positions.clear();
            for postings in &mut word.0 {
                let current = if postings.doc() < document { postings.seek(document) } else { postings.doc() };
                if current == document {
                    postings.append_positions_with_offset(0, &mut self.positions);
                }
            }
            if offset == 0 {
                self.starts.clone_from(&self.positions);
            } else {
                let positions = &self.positions;
                self.starts.retain(|start| positions.contains(&(start + offset)));
            }
            if self.starts.is_empty() {
                return false;
            }
        }
        true
    }
}

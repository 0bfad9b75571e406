//! Words in a row.

use std::io;

use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader};

use crate::postings::{each_beginning, inverted, stored};
use crate::schema::SHORT;

/// The words of a row, with the places where they stand.
pub struct Phrase {
    words: Vec<Places>,
    /// Where the row may still be in the current document.
    starts: Vec<u32>,
    places: Vec<u32>,
}

/// The postings of a word; those of all words that begin so, where it need not be whole.
struct Places(Vec<SegmentPostings>);

impl Phrase {
    /// A row of words in a field; none where one of them is in no document of the segment. The last word `is_open` where a longer one
    /// that begins so does as well; not where it is so short that most do.
    pub fn of(segment: &SegmentReader, field: Field, row: &[String], is_open: bool) -> io::Result<Option<Self>> {
        let option = IndexRecordOption::WithFreqsAndPositions;
        let mut words = Vec::with_capacity(row.len());
        for (index, word) in row.iter().enumerate() {
            let is_beginning = is_open && index + 1 == row.len() && word.chars().nth(SHORT).is_some();
            let mut places = Places(Vec::new());
            if is_beginning {
                each_beginning(&*inverted(segment, field)?, word, |_, postings| places.0.push(postings), option)?;
            } else {
                places.0.extend(stored(segment, field, word, option)?);
            }
            if places.0.is_empty() {
                return Ok(None);
            }
            words.push(places);
        }
        Ok(Some(Self { words, starts: Vec::new(), places: Vec::new() }))
    }

    /// Whether the words follow each other in a document, which is not before the last one that was asked about.
    pub fn is_in(&mut self, document: DocId) -> bool {
        for (offset, word) in (0..).zip(&mut self.words) {
            self.places.clear();
            for postings in &mut word.0 {
                let current = if postings.doc() < document { postings.seek(document) } else { postings.doc() };
                if current == document {
                    postings.append_positions_with_offset(0, &mut self.places);
                }
            }
            if offset == 0 {
                self.starts.clone_from(&self.places);
            } else {
                let places = &self.places;
                self.starts.retain(|start| places.contains(&(start + offset)));
            }
            if self.starts.is_empty() {
                return false;
            }
        }
        true
    }
}

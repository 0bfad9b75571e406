//! Words that are spelled almost like another one.

use std::collections::BTreeMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED, Term};

use crate::error::Error;
use crate::postings::inverted;
use crate::scope::{SearchScope, SegmentScope};
use crate::snapshot::Snapshot;

/// A word of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    pub word: String,
    /// The number of documents in scope that contain it.
    pub documents: usize,
}

impl Snapshot {
    /// Returns the words of documents in scope within `distance` (at most 2) edits of `word`, alphabetically. A transposition counts as
    /// one edit. If `word` is a prefix, words with a prefix within that distance match too.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn spellings(
        &self,
        word: &str,
        distance: u8,
        is_prefix_word: bool,
        scope: &SearchScope<'_>,
    ) -> Result<Vec<Spelling>, Error> {
        self.record_damage(self.near(word, distance, is_prefix_word, scope))
    }

    fn near(
        &self,
        word: &str,
        distance: u8,
        is_prefix_word: bool,
        scope: &SearchScope<'_>,
    ) -> Result<Vec<Spelling>, Error> {
        let term = Term::from_field_text(self.fields.spelling, word);
        let query = if is_prefix_word {
            FuzzyTermQuery::new_prefix(term, distance, true)
        } else {
            FuzzyTermQuery::new(term, distance, true)
        };
        let mut words: BTreeMap<String, usize> = BTreeMap::new();
        for segment in self.segments() {
            scope.check()?;
            let in_scope = SegmentScope::of(segment, scope)?;
            let index = inverted(&segment.reader, self.fields.spelling)?;
            let mut terms = index.terms().search(query.automaton()?).into_stream()?;
            while terms.advance() {
                scope.check()?;
                let mut postings = index.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
                let mut documents = 0;
                while postings.doc() != TERMINATED {
                    documents += usize::from(in_scope.contains(postings.doc()));
                    postings.advance();
                }
                if documents > 0 {
                    *words.entry(String::from_utf8_lossy(terms.key()).into_owned()).or_default() += documents;
                }
            }
        }
        Ok(words.into_iter().map(|(word, documents)| Spelling { word, documents }).collect())
    }
}

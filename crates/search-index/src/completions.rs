//! What a prefix may become.

use std::collections::BinaryHeap;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

use crate::error::Error;
use crate::postings::{each_with_prefix, inverted};
use crate::scope::{Scope, SegmentScope};
use crate::segment::Segment;
use crate::snapshot::Snapshot;

/// A text that goes on from a prefix. The most popular comes first, then the first by text and document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Completion {
    popularity: std::cmp::Reverse<i64>,
    pub text: String,
    /// The id of the document that has it.
    pub document: i64,
}

impl Snapshot {
    /// The first `limit` texts that begin with one of `prefixes`.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn completions(&self, prefixes: &[String], scope: &Scope<'_>, limit: usize) -> Result<Vec<Completion>, Error> {
        self.record_damage(self.complete(prefixes, scope, limit))
    }

    fn complete(&self, prefixes: &[String], scope: &Scope<'_>, limit: usize) -> Result<Vec<Completion>, Error> {
        let mut first: BinaryHeap<Completion> = BinaryHeap::with_capacity(limit + 1);
        for segment in self.segments() {
            let Segment { reader, columns } = segment;
            let in_scope = SegmentScope::of(segment, scope)?;
            let popularity = columns.number(self.fields.layout.popularity)?;
            let index = inverted(reader, self.fields.completion)?;
            for prefix in prefixes {
                scope.check()?;
                each_with_prefix(
                    &index,
                    prefix,
                    |text, mut postings| {
                        while postings.doc() != TERMINATED {
                            let document = postings.doc();
                            if in_scope.contains(document) {
                                let popularity = std::cmp::Reverse(popularity.first(document).unwrap_or_default());
                                // Most are no better than the last that is kept, and need no copy of their text.
                                if first.len() < limit || first.peek().is_some_and(|last| popularity <= last.popularity)
                                {
                                    let text = String::from_utf8_lossy(text).into_owned();
                                    first.push(Completion { popularity, text, document: columns.id(document) });
                                    if first.len() > limit {
                                        first.pop();
                                    }
                                }
                            }
                            postings.advance();
                        }
                    },
                    IndexRecordOption::Basic,
                )?;
            }
        }
        let mut texts = first.into_sorted_vec();
        texts.dedup();
        Ok(texts)
    }
}

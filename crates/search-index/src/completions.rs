//! What a prefix may become.

use std::collections::BinaryHeap;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

use crate::columns::Columns;
use crate::error::Error;
use crate::postings::{each_with_prefix, inverted};
use crate::scope::Scope;
use crate::snapshot::Snapshot;

/// A text that goes on from a prefix. They order by recommendations, the most first, then by text and document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Completion {
    order: std::cmp::Reverse<u32>,
    pub text: String,
    /// The number of the document that has it.
    pub document: i64,
}

impl Completion {
    /// How often its document is recommended.
    #[must_use]
    pub fn recommendations(&self) -> u32 {
        self.order.0
    }
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
        for segment in self.searcher.segment_readers() {
            let columns = Columns::of(segment)?;
            let index = inverted(segment, self.fields.completion)?;
            for prefix in prefixes {
                scope.check()?;
                each_with_prefix(
                    &index,
                    prefix,
                    |text, mut postings| {
                        while postings.doc() != TERMINATED {
                            let document = postings.doc();
                            if columns.is_in_scope(document, scope) {
                                let order = std::cmp::Reverse(columns.recommendations(document));
                                // Most are no better than the last that is kept, and need no copy of their text.
                                if first.len() < limit || first.peek().is_some_and(|last| order <= last.order) {
                                    let text = String::from_utf8_lossy(text).into_owned();
                                    first.push(Completion { order, text, document: columns.id(document) });
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

//! Completions of a prefix.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap};
use std::ops::ControlFlow;

use tantivy::postings::SegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

use crate::error::Error;
use crate::popularity::PopularityClass;
use crate::postings::{each_with_prefix, inverted};
use crate::scope::{SearchScope, SegmentScope};
use crate::segment::Segment;
use crate::snapshot::Snapshot;

/// A text that starts with a prefix. The most popular comes first, then the first by text and document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Completion {
    popularity: Reverse<i64>,
    pub text: String,
    /// The id of the document that has it.
    pub document: i64,
}

impl Snapshot {
    /// The first `limit` texts that begin with one of `prefixes`.
    ///
    /// # Errors
    /// When the index cannot be read, or the deadline has passed.
    pub fn completions(
        &self,
        prefixes: &[String],
        scope: &SearchScope<'_>,
        limit: usize,
    ) -> Result<Vec<Completion>, Error> {
        self.record_damage(self.complete(prefixes, scope, limit))
    }

    fn complete(&self, prefixes: &[String], scope: &SearchScope<'_>, limit: usize) -> Result<Vec<Completion>, Error> {
        // A text that starts with both of two prefixes is visited once.
        let is_covered = |prefix: &&String| prefixes.iter().any(|other| other != *prefix && prefix.starts_with(other));
        let prefixes: BTreeSet<&String> = prefixes.iter().filter(|prefix| !is_covered(prefix)).collect();
        let mut first = FirstCompletions { limit, heap: BinaryHeap::with_capacity(limit + 1) };
        for segment in self.segments() {
            let Segment { reader, columns } = segment;
            let in_scope = SegmentScope::of(segment, scope)?;
            let popularity = columns.number(self.fields.layout.popularity)?;
            let index = inverted(reader, self.fields.completion)?;
            for prefix in &prefixes {
                for class in columns.popularity_classes() {
                    if class.popularity().is_some_and(|popularity| !first.accepts(popularity, None)) {
                        break;
                    }
                    let visit = |term: &[u8], mut postings: SegmentPostings| {
                        if scope.check().is_err() {
                            return ControlFlow::Break(());
                        }
                        let term = String::from_utf8_lossy(term);
                        let text = PopularityClass::strip(&term);
                        if class.popularity().is_some_and(|popularity| !first.accepts(popularity, Some(text))) {
                            return ControlFlow::Break(());
                        }
                        while postings.doc() != TERMINATED {
                            let document = postings.doc();
                            if in_scope.contains(document) {
                                let popularity = popularity.first(document).unwrap_or_default();
                                first.push(popularity, text, columns.id(document));
                            }
                            postings.advance();
                        }
                        ControlFlow::Continue(())
                    };
                    each_with_prefix(&index, &class.prepend(prefix), visit, IndexRecordOption::Basic)?;
                    scope.check()?;
                }
            }
        }
        let mut texts = first.heap.into_sorted_vec();
        texts.dedup();
        Ok(texts)
    }
}

/// The first completions so far, the last one on top.
struct FirstCompletions {
    limit: usize,
    heap: BinaryHeap<Completion>,
}

impl FirstCompletions {
    /// Whether a completion with this popularity, and with this text or any, can be among the first.
    fn accepts(&self, popularity: i64, text: Option<&str>) -> bool {
        let Some(last) = self.heap.peek().filter(|_| self.heap.len() >= self.limit) else { return self.limit > 0 };
        match Reverse(popularity).cmp(&last.popularity) {
            Ordering::Less => true,
            Ordering::Equal => text.is_none_or(|text| text <= last.text.as_str()),
            Ordering::Greater => false,
        }
    }

    fn push(&mut self, popularity: i64, text: &str, document: i64) {
        if self.accepts(popularity, Some(text)) {
            self.heap.push(Completion { popularity: Reverse(popularity), text: text.to_owned(), document });
            if self.heap.len() > self.limit {
                self.heap.pop();
            }
        }
    }
}

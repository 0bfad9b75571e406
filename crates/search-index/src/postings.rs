//! The documents of a segment that have a word, in order.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::TermStreamer;
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use crate::document::FieldSet;

/// So many lists are walked beside each other; more are put into one first.
const MAX_UNMERGED: usize = 8;

/// Documents in order, each with the fields that have the word.
#[derive(Clone)]
pub enum WordPostings {
    Stored(Box<SegmentPostings>),
    Merged { documents: Arc<[(DocId, FieldSet)]>, at: usize },
}

impl WordPostings {
    /// Returns the documents that contain a word.
    pub fn of_word(segment: &SegmentReader, field: Field, word: &str) -> io::Result<Option<Self>> {
        Ok(stored(segment, field, word, IndexRecordOption::WithFreqs)?.map(Box::new).map(Self::Stored))
    }

    /// Returns the documents that contain a word with a prefix.
    pub fn of_prefix(segment: &SegmentReader, field: Field, prefix: &str) -> io::Result<Vec<Self>> {
        let index = inverted(segment, field)?;
        let mut lists = Vec::new();
        let add = |_: &[u8], postings| {
            lists.push(postings);
            ControlFlow::Continue(())
        };
        each_with_prefix(&index, prefix, add, IndexRecordOption::WithFreqs)?;
        if lists.len() <= MAX_UNMERGED {
            return Ok(lists.into_iter().map(Box::new).map(Self::Stored).collect());
        }
        let mut documents: Vec<(DocId, FieldSet)> = Vec::new();
        for mut postings in lists {
            while postings.doc() != TERMINATED {
                documents.push((postings.doc(), FieldSet::from_frequency(postings.term_freq())));
                postings.advance();
            }
        }
        documents.sort_unstable_by_key(|(document, _)| *document);
        documents.dedup_by(|next, previous| {
            let is_same = next.0 == previous.0;
            if is_same {
                previous.1.add(next.1);
            }
            is_same
        });
        Ok(vec![Self::Merged { documents: documents.into(), at: 0 }])
    }

    /// The current document, [`TERMINATED`] behind the last.
    pub fn document(&self) -> DocId {
        match self {
            Self::Stored(postings) => postings.doc(),
            Self::Merged { documents, at } => documents.get(*at).map_or(TERMINATED, |(document, _)| *document),
        }
    }

    /// Advances to the first document from `target` on.
    pub fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Stored(postings) if postings.doc() < target => postings.seek(target),
            Self::Stored(postings) => postings.doc(),
            Self::Merged { documents, at } => {
                let rest = documents.get(*at..).unwrap_or_default();
                // The next target is usually close.
                let near = rest.iter().take(MAX_UNMERGED).position(|(document, _)| *document >= target);
                *at += near.unwrap_or_else(|| rest.partition_point(|(document, _)| *document < target));
                self.document()
            }
        }
    }

    /// The fields of the current document that have the word.
    pub fn fields(&mut self) -> FieldSet {
        match self {
            Self::Stored(postings) => FieldSet::from_frequency(postings.term_freq()),
            Self::Merged { documents, at } => documents.get(*at).map(|(_, fields)| *fields).unwrap_or_default(),
        }
    }

    /// The number of documents, deleted ones included.
    pub fn len(&self) -> u64 {
        match self {
            Self::Stored(postings) => postings.doc_freq().into(),
            Self::Merged { documents, .. } => documents.len() as u64,
        }
    }
}

/// The dictionary and the postings of a field.
pub fn inverted(segment: &SegmentReader, field: Field) -> io::Result<Arc<InvertedIndexReader>> {
    segment.inverted_index(field).map_err(io::Error::other)
}

/// The postings of a word.
pub fn stored(
    segment: &SegmentReader,
    field: Field,
    word: &str,
    option: IndexRecordOption,
) -> io::Result<Option<SegmentPostings>> {
    inverted(segment, field)?.read_postings(&Term::from_field_text(field, word), option)
}

/// Calls `visit` with each term that has a prefix, in order, and its postings, until it breaks.
pub fn each_with_prefix(
    index: &InvertedIndexReader,
    prefix: &str,
    mut visit: impl FnMut(&[u8], SegmentPostings) -> ControlFlow<()>,
    option: IndexRecordOption,
) -> io::Result<()> {
    let mut terms = terms_with_prefix(index, prefix)?;
    while terms.advance() {
        let postings = index.read_postings_from_terminfo(terms.value(), option)?;
        if visit(terms.key(), postings).is_break() {
            break;
        }
    }
    Ok(())
}

/// The postings of all terms with a prefix, if they are at most `limit`.
pub fn few_with_prefix(
    index: &InvertedIndexReader,
    prefix: &str,
    limit: usize,
    option: IndexRecordOption,
) -> io::Result<Option<Vec<SegmentPostings>>> {
    let mut terms = terms_with_prefix(index, prefix)?;
    let mut postings = Vec::new();
    while terms.advance() {
        if postings.len() == limit {
            return Ok(None);
        }
        postings.push(index.read_postings_from_terminfo(terms.value(), option)?);
    }
    Ok(Some(postings))
}

fn terms_with_prefix<'i>(index: &'i InvertedIndexReader, prefix: &str) -> io::Result<TermStreamer<'i>> {
    // No byte of a text is greater than 0xF4.
    let mut end = prefix.as_bytes().to_vec();
    end.push(0xFF);
    index.terms().range().ge(prefix).lt(&end).into_stream()
}

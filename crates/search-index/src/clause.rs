//! One clause of a query in one segment.

use std::io;

use tantivy::{DocId, SegmentReader, TERMINATED};

use crate::document::FieldSet;
use crate::index_query::{Clause, Word};
use crate::phrase::Phrase;
use crate::postings::WordPostings;
use crate::schema::{Fields, SHORT_PREFIX};

/// The documents that have the words of a clause, in order.
#[derive(Clone)]
pub struct ClauseCursor {
    words: Vec<AnyForm>,
    joined: Option<WordPostings>,
    /// The phrases of which at least one must match; `None` if the clause is not a phrase.
    phrases: Option<Vec<Phrase>>,
    document: DocId,
    /// Whether the current document contains one of the phrases, once that is known.
    is_phrase_match: Option<bool>,
}

/// The fields of a document that have all words of a clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatchedFields {
    /// Fields with exact matches.
    pub exact: FieldSet,
    /// Fields with exact, prefix or corrected matches.
    pub loose: FieldSet,
}

/// The documents that have a word in one of its forms.
#[derive(Clone)]
struct AnyForm {
    exact: Vec<WordPostings>,
    loose: Vec<WordPostings>,
}

impl ClauseCursor {
    /// Begins at the first document.
    pub fn of(segment: &SegmentReader, fields: &Fields, clause: &Clause) -> io::Result<Self> {
        let words = clause.words.iter().map(|word| AnyForm::of(segment, fields, word)).collect::<io::Result<_>>()?;
        let joined = match &clause.joined {
            Some(joined) => WordPostings::of_word(segment, fields.word, joined)?,
            None => None,
        };
        let mut phrases = None;
        for phrase in &clause.phrases {
            let phrases = phrases.get_or_insert_with(Vec::new);
            for field in [fields.title, fields.text] {
                phrases.extend(Phrase::of(segment, field, phrase, false)?);
            }
        }
        let mut cursor = Self { words, joined, phrases, document: 0, is_phrase_match: None };
        cursor.find(0);
        Ok(cursor)
    }

    /// The current document, [`TERMINATED`] behind the last.
    pub fn document(&self) -> DocId {
        self.document
    }

    /// Advances to the first document from `target` on that has the words.
    pub fn seek(&mut self, target: DocId) -> DocId {
        if self.document < target {
            self.find(target);
        }
        self.document
    }

    /// The number of documents that have its rarest word.
    pub fn cost(&self) -> u64 {
        let rarest = self.words.iter().map(AnyForm::cost).min().unwrap_or_default();
        rarest + self.joined.as_ref().map_or(0, WordPostings::len)
    }

    /// Whether `document`, which must not precede the current one, matches, phrases included.
    pub fn matches(&mut self, document: DocId) -> bool {
        if self.document != document {
            return false;
        }
        let Some(phrases) = &mut self.phrases else { return true };
        *self.is_phrase_match.get_or_insert_with(|| phrases.iter_mut().any(|phrase| phrase.is_in(document)))
    }

    /// Advances to `document`, and returns whether it matches.
    pub fn seek_match(&mut self, document: DocId) -> bool {
        self.seek(document);
        self.matches(document)
    }

    /// Returns the fields of `document` that contain the words, if it matches.
    pub fn matched_fields(&mut self, document: DocId) -> Option<MatchedFields> {
        if !self.matches(document) {
            return None;
        }
        let mut found = MatchedFields { exact: FieldSet::ALL, loose: FieldSet::ALL };
        for word in &mut self.words {
            let word = word.matched_fields(document);
            found.exact = found.exact.and(word.exact);
            found.loose = found.loose.and(word.loose);
        }
        if let Some(joined) = &mut self.joined
            && joined.seek(document) == document
        {
            let fields = joined.fields();
            found.exact.add(fields);
            found.loose.add(fields);
        }
        Some(found)
    }

    fn find(&mut self, target: DocId) {
        let all = self.all_words(target);
        let joined = self.joined.as_mut().map_or(TERMINATED, |joined| joined.seek(target));
        self.document = all.min(joined);
        self.is_phrase_match = None;
    }

    /// The first document from `target` on that has all words.
    fn all_words(&mut self, target: DocId) -> DocId {
        let mut target = target;
        let Some((first, others)) = self.words.split_first_mut() else { return TERMINATED };
        'candidates: loop {
            target = first.seek(target);
            if target == TERMINATED {
                return TERMINATED;
            }
            for word in &mut *others {
                let next = word.seek(target);
                if next > target {
                    target = next;
                    continue 'candidates;
                }
            }
            return target;
        }
    }
}

impl AnyForm {
    fn of(segment: &SegmentReader, fields: &Fields, word: &Word) -> io::Result<Self> {
        let mut exact = Vec::new();
        for form in &word.forms {
            exact.extend(WordPostings::of_word(segment, fields.word, form)?);
        }
        let mut loose = Vec::new();
        for correction in &word.corrections {
            loose.extend(WordPostings::of_word(segment, fields.word, correction)?);
        }
        match &word.prefix {
            Some(prefix) if prefix.chars().nth(SHORT_PREFIX).is_none() => {
                loose.extend(WordPostings::of_word(segment, fields.short_prefix, prefix)?);
            }
            Some(prefix) => loose.extend(WordPostings::of_prefix(segment, fields.prefix_word, prefix)?),
            None => {}
        }
        Ok(Self { exact, loose })
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.lists().map(|list| list.seek(target)).min().unwrap_or(TERMINATED)
    }

    fn cost(&self) -> u64 {
        self.exact.iter().chain(&self.loose).map(WordPostings::len).sum()
    }

    fn matched_fields(&mut self, document: DocId) -> MatchedFields {
        let mut found = MatchedFields::default();
        for list in &mut self.exact {
            if list.seek(document) == document {
                found.exact.add(list.fields());
            }
        }
        found.loose = found.exact;
        for list in &mut self.loose {
            if list.seek(document) == document {
                found.loose.add(list.fields());
            }
        }
        found
    }

    fn lists(&mut self) -> impl Iterator<Item = &mut WordPostings> {
        self.exact.iter_mut().chain(&mut self.loose)
    }
}

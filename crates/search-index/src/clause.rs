//! One clause of a question in one segment.

use std::io;

use tantivy::{DocId, SegmentReader, TERMINATED};

use crate::document::FieldSet;
use crate::phrase::Phrase;
use crate::postings::List;
use crate::question::{Clause, Word};
use crate::schema::{Fields, SHORT_PREFIX};

/// The documents that have the words of a clause, in order.
pub struct Cursor {
    words: Vec<AnyForm>,
    joined: Option<List>,
    /// The phrases of which at least one must match; `None` if the clause is not a phrase.
    rows: Option<Vec<Phrase>>,
    document: DocId,
    /// Whether the current document has one of the rows, once that is known.
    is_in_a_row: Option<bool>,
}

/// The fields of a document that have all words of a clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Fields with exact matches.
    pub whole: FieldSet,
    /// Fields with exact, prefix or corrected matches.
    pub loose: FieldSet,
}

/// The documents that have a word in one of its forms.
struct AnyForm {
    whole: Vec<List>,
    loose: Vec<List>,
}

impl Cursor {
    /// Begins at the first document.
    pub fn of(segment: &SegmentReader, fields: &Fields, clause: &Clause) -> io::Result<Self> {
        let words = clause.words.iter().map(|word| AnyForm::of(segment, fields, word)).collect::<io::Result<_>>()?;
        let joined = match &clause.joined {
            Some(joined) => List::of_word(segment, fields.word, joined)?,
            None => None,
        };
        let mut rows = None;
        for row in &clause.rows {
            let rows = rows.get_or_insert_with(Vec::new);
            for field in [fields.title, fields.text] {
                rows.extend(Phrase::of(segment, field, row, false)?);
            }
        }
        let mut cursor = Self { words, joined, rows, document: 0, is_in_a_row: None };
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
        rarest + self.joined.as_ref().map_or(0, List::len)
    }

    /// Whether `document`, which must not precede the current one, matches, phrases included.
    pub fn matches(&mut self, document: DocId) -> bool {
        if self.document != document {
            return false;
        }
        let Some(rows) = &mut self.rows else { return true };
        *self.is_in_a_row.get_or_insert_with(|| rows.iter_mut().any(|row| row.is_in(document)))
    }

    /// Advances to `document`, and returns whether it matches.
    pub fn seek_match(&mut self, document: DocId) -> bool {
        self.seek(document);
        self.matches(document)
    }

    /// Where the words are in `document`, if it matches.
    pub fn found(&mut self, document: DocId) -> Option<Found> {
        if !self.matches(document) {
            return None;
        }
        let mut found = Found { whole: FieldSet::ALL, loose: FieldSet::ALL };
        for word in &mut self.words {
            let word = word.found(document);
            found.whole = found.whole.and(word.whole);
            found.loose = found.loose.and(word.loose);
        }
        if let Some(joined) = &mut self.joined
            && joined.seek(document) == document
        {
            let fields = joined.fields();
            found.whole.add(fields);
            found.loose.add(fields);
        }
        Some(found)
    }

    fn find(&mut self, target: DocId) {
        let all = self.all_words(target);
        let joined = self.joined.as_mut().map_or(TERMINATED, |joined| joined.seek(target));
        self.document = all.min(joined);
        self.is_in_a_row = None;
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
        let mut whole = Vec::new();
        for form in &word.forms {
            whole.extend(List::of_word(segment, fields.word, form)?);
        }
        let mut loose = Vec::new();
        for correction in &word.corrections {
            loose.extend(List::of_word(segment, fields.word, correction)?);
        }
        match &word.beginning {
            Some(beginning) if beginning.chars().nth(SHORT_PREFIX).is_none() => {
                loose.extend(List::of_word(segment, fields.short, beginning)?);
            }
            Some(beginning) => loose.extend(List::of_prefix(segment, fields.beginning, beginning)?),
            None => {}
        }
        Ok(Self { whole, loose })
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.lists().map(|list| list.seek(target)).min().unwrap_or(TERMINATED)
    }

    fn cost(&self) -> u64 {
        self.whole.iter().chain(&self.loose).map(List::len).sum()
    }

    fn found(&mut self, document: DocId) -> Found {
        let mut found = Found::default();
        for list in &mut self.whole {
            if list.seek(document) == document {
                found.whole.add(list.fields());
            }
        }
        found.loose = found.whole;
        for list in &mut self.loose {
            if list.seek(document) == document {
                found.loose.add(list.fields());
            }
        }
        found
    }

    fn lists(&mut self) -> impl Iterator<Item = &mut List> {
        self.whole.iter_mut().chain(&mut self.loose)
    }
}

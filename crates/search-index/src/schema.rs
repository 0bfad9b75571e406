//! The fields of the index, as tantivy knows them.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};

use crate::document::{Document, FieldSet};
use crate::layout::Layout;
use crate::popularity::PopularityClass;
use crate::tokens::{TOKENIZER, join};

/// The value of `visible_from` in drafts.
pub const NEVER: i64 = i64::MAX;
/// Prefixes of up to this many characters are indexed as terms of their own, because expanding them would read most of the dictionary.
pub const SHORT_PREFIX: usize = 2;

/// The fields.
#[derive(Debug)]
pub struct Fields {
    pub layout: &'static Layout,
    pub id: Field,
    pub kind: Field,
    pub visible_from: Field,
    /// The columns of the layout, by name.
    pub columns: BTreeMap<&'static str, Field>,
    /// The words. The frequency of a word encodes the set of fields that have it.
    pub word: Field,
    /// The same for the words that prefixes match.
    pub prefix_word: Field,
    /// The same for the first one and two characters of these.
    pub short_prefix: Field,
    pub title: Field,
    pub text: Field,
    pub name: Field,
    pub spelling: Field,
    pub completion: Field,
}

/// The column of the ids of documents.
pub const ID: &str = "id";
/// The column with the time at which a document becomes public, in microseconds since 1970; [`NEVER`] for drafts.
pub const VISIBLE_FROM: &str = "visible_from";
pub(crate) const KIND: &str = "kind";

/// The schema and its fields.
pub fn schema(layout: &'static Layout) -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let words = |option| {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_fieldnorms(false).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let basic = || words(IndexRecordOption::Basic);
    let in_fields = || words(IndexRecordOption::WithFreqs);
    let in_a_row = || words(IndexRecordOption::WithFreqsAndPositions);
    let column: NumericOptions = FAST.into();
    let numbers = layout.numbers.iter().map(|name| (*name, builder.add_i64_field(name, column.clone())));
    let mut columns: BTreeMap<_, _> = numbers.collect();
    for name in layout.texts {
        columns.insert(*name, builder.add_text_field(name, TextOptions::default().set_fast("raw")));
    }
    let fields = Fields {
        layout,
        columns,
        id: builder.add_i64_field(ID, INDEXED | FAST),
        kind: builder.add_u64_field(KIND, column.clone()),
        visible_from: builder.add_i64_field(VISIBLE_FROM, column),
        word: builder.add_text_field("word", in_fields()),
        prefix_word: builder.add_text_field("prefix_word", in_fields()),
        short_prefix: builder.add_text_field("short_prefix", in_fields()),
        title: builder.add_text_field("title", in_a_row()),
        text: builder.add_text_field("text", in_a_row()),
        name: builder.add_text_field("name", basic()),
        spelling: builder.add_text_field("spelling", basic()),
        completion: builder.add_text_field("completion", basic()),
    };
    (builder.build(), fields)
}

impl Fields {
    /// Returns the term that identifies a document.
    pub fn number(&self, id: i64) -> Term {
        Term::from_field_i64(self.id, id)
    }

    /// Converts a document.
    pub fn document(&self, document: &Document) -> TantivyDocument {
        let mut written = TantivyDocument::default();
        written.add_i64(self.id, document.id);
        written.add_u64(self.kind, document.kind.into());
        written.add_i64(self.visible_from, document.visible_from.unwrap_or(NEVER));
        for (column, number) in &document.numbers {
            written.add_i64(self.columns[column], *number);
        }
        for (column, text) in &document.column_texts {
            written.add_text(self.columns[column], text);
        }
        for (field, words) in [
            (self.word, &document.words),
            (self.prefix_word, &document.prefix_words),
            (self.short_prefix, &short_prefixes(&document.prefix_words)),
        ] {
            written.add_text(field, join(words.iter().map(|(word, fields)| (word.as_str(), fields.to_frequency()))));
        }
        for (field, rows) in [(self.title, &document.titles), (self.text, &document.texts)] {
            for row in rows {
                written.add_text(field, join(row.iter().map(|word| (word.as_str(), 1))));
            }
        }
        let popularity = document.numbers.iter().find(|(column, _)| *column == self.layout.popularity);
        let class = PopularityClass::of(popularity.map_or(0, |(_, popularity)| *popularity));
        let completions: BTreeSet<String> = document.completions.iter().map(|text| class.prepend(text)).collect();
        for (field, texts) in
            [(self.name, &document.names), (self.spelling, &document.spellings), (self.completion, &completions)]
        {
            written.add_text(field, join(texts.iter().map(|text| (text.as_str(), 1))));
        }
        written
    }
}

/// Returns the short prefixes of words, with the fields of these words.
fn short_prefixes(words: &BTreeMap<String, FieldSet>) -> BTreeMap<String, FieldSet> {
    let mut short: BTreeMap<String, FieldSet> = BTreeMap::new();
    for (word, fields) in words {
        for length in 1..=SHORT_PREFIX {
            short.entry(word.chars().take(length).collect()).or_default().add(*fields);
        }
    }
    short
}

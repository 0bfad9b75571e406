//! Builds the document of an item.

use entity::kind::NodeKind;
use search_index::Document;

use crate::domain::search::document::{Builder, Field, article_text, markdown_text};
use crate::domain::search::stem::is_english;
use crate::loader::search::{DocumentSources, document_id, kind_tag};

/// Builds the document of an item of `kind`.
#[must_use]
pub fn build(kind: NodeKind, id: i64, sources: &DocumentSources) -> Document {
    let mut builder = Builder::new(
        is_english(sources.language.as_deref()),
        Document {
            id: document_id(kind, id),
            kind: kind_tag(kind),
            visible_from: sources.visible_from,
            numbers: sources.numbers.clone(),
            column_texts: sources.column_texts.clone(),
            ..Document::default()
        },
    );
    builder.title(&sources.title);
    sources.titles.iter().for_each(|subtitle| builder.subtitle(subtitle));
    sources.aliases.iter().for_each(|alias| builder.title(alias));
    builder.exact_name(&sources.code);
    sources.isbn.iter().for_each(|isbn| builder.exact_name(isbn));
    sources.names.iter().for_each(|name| builder.name(name));
    sources.topics.iter().for_each(|topic| builder.text(Field::Topics, topic));
    for text in sources.summary.iter().chain(&sources.syllabus) {
        builder.text(Field::Body, text);
    }
    sources.description.iter().for_each(|text| builder.text(Field::Body, &markdown_text(text)));
    sources.article.iter().for_each(|text| builder.text(Field::Article, &article_text(text, None)));
    sources.notes.iter().for_each(|note| builder.text(Field::Article, &markdown_text(note)));
    if kind.is_catalog_item() {
        // Who types "javascript book" means the word for what it is.
        builder.text(Field::Article, kind.name());
    }
    let mut document = builder.build();
    if !kind.is_catalog_item() {
        // Suggestions are items.
        document.completions.clear();
    }
    document
}

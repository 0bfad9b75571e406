//! One document, from the texts of its thing.

use entity::kind::NodeKind;

use crate::domain::search::document::{Builder, Document, Field, of_article, of_markdown};
use crate::domain::search::stem::is_english;
use crate::loader::search::Sources;

/// A document as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// In microseconds since 1970; none for what never shows as it is.
    pub visible_from: Option<i64>,
    pub recommendations: i64,
    pub document: Document,
}

impl Made {
    /// The words that typos are mended to.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        self.document.spellings.split(' ').filter(|word| !word.is_empty())
    }

    /// What completes a prefix, each beside its position.
    pub fn completions(&self) -> impl Iterator<Item = (i64, &str)> {
        (1..).zip(self.document.completions.iter().map(String::as_str))
    }
}

/// Makes the document of a thing of `kind`.
pub fn make(kind: NodeKind, sources: &Sources) -> Made {
    let mut builder = Builder::new(is_english(sources.language.as_deref()));
    builder.title(&sources.title);
    sources.titles.iter().for_each(|subtitle| builder.subtitle(subtitle));
    sources.aliases.iter().for_each(|alias| builder.alias(alias));
    builder.outright(&sources.code);
    sources.isbn.iter().for_each(|isbn| builder.outright(isbn));
    sources.names.iter().for_each(|name| builder.name(name));
    sources.topics.iter().for_each(|topic| builder.text(Field::Topics, topic));
    for text in sources.summary.iter().chain(&sources.syllabus) {
        builder.text(Field::Body, text);
    }
    sources.description.iter().for_each(|text| builder.text(Field::Body, &of_markdown(text)));
    sources.article.iter().for_each(|text| builder.text(Field::Article, &of_article(text, None)));
    sources.notes.iter().for_each(|note| builder.text(Field::Article, &of_markdown(note)));
    if kind.is_catalog_item() {
        // Who types "javascript book" means the word for what it is.
        builder.text(Field::Article, kind.name());
    }
    let mut document = builder.build();
    if !kind.is_catalog_item() {
        // Suggestions are items.
        document.completions.clear();
    }
    Made { visible_from: sources.visible_from, recommendations: sources.recommendations, document }
}

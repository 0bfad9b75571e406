//! One document, from the texts of its thing.

use entity::kind::NodeKind;

use crate::domain::search::document::{Builder, Document, Field, of_article, of_markdown};
use crate::domain::search::stem::is_english;
use crate::loader::search::{Part, Source};

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
    pub fn completions(&self) -> impl Iterator<Item = (i32, &str)> {
        (1..).zip(self.document.completions.iter().map(String::as_str))
    }
}

/// Makes the document of a thing of `kind`.
pub fn make<'a>(kind: NodeKind, sources: impl Iterator<Item = &'a Source> + Clone) -> Made {
    let language = sources.clone().find(|source| source.part == Part::Language).map(|source| source.text.as_str());
    let mut builder = Builder::new(is_english(language));
    let mut made = Made::default();
    for Source { part, text } in sources {
        match part {
            Part::Code | Part::Isbn => builder.outright(text),
            Part::Language => {}
            Part::VisibleFrom => {
                let from = text.parse().ok();
                made.visible_from = made.visible_from.into_iter().chain(from).min();
            }
            Part::Recommendations => made.recommendations = text.parse().unwrap_or_default(),
            Part::Title => builder.title(text),
            Part::Subtitle => builder.subtitle(text),
            Part::Alias => builder.alias(text),
            Part::Name => builder.name(text),
            Part::Topic => builder.text(Field::Topics, text),
            Part::Summary | Part::Syllabus => builder.text(Field::Body, text),
            Part::Description => builder.text(Field::Body, &of_markdown(text)),
            Part::Article => builder.text(Field::Article, &of_article(text)),
            Part::Note => builder.text(Field::Article, &of_markdown(text)),
        }
    }
    if kind.is_catalog_item() {
        // Who types "javascript book" means the word for what it is.
        builder.text(Field::Article, kind.name());
    }
    made.document = builder.build();
    if !kind.is_catalog_item() {
        // Suggestions are items.
        made.document.completions.clear();
    }
    made
}

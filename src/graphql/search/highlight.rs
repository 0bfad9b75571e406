//! Where words of a query stand in what was found.

use async_graphql::{Context, Enum, Result, SimpleObject};

use crate::domain::search::document::{of_article, of_markdown};
use crate::domain::search::highlight::fragments;
use crate::graphql::context::loaders;
use crate::graphql::list::List;
use crate::loader::search::{Part, Search, Source, TextsOf};
use crate::model::NodeKind;

/// The fields in which words are found, weightiest first.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SearchField {
    /// Title or subtitle.
    Title,
    /// Another name of a topic.
    Alias,
    /// The name of a person or an organization: its own, or that of who made the item.
    Name,
    /// A topic that it carries.
    Topic,
    /// The summary.
    Summary,
    /// The description, or the syllabus of a course.
    Description,
    /// The article of a career.
    Article,
    /// The note of a reading list that recommends it.
    Note,
}

/// Where words of the query stand in one field.
#[derive(SimpleObject, Debug)]
pub struct Highlight {
    /// The field.
    field: SearchField,
    /// Stretches of its text, as HTML: `<mark>` around what matched, all else escaped.
    fragments: Vec<String>,
}

/// Fragments of one field.
const FRAGMENTS: usize = 3;

/// Marks what of a query stands in the texts of a thing, as the caller sees them.
///
/// # Errors
/// When the database fails.
pub async fn highlights(
    ctx: &Context<'_>,
    search: Option<&Search>,
    kind: NodeKind,
    id: i64,
) -> Result<List<Highlight>> {
    let Some(search) = search else { return Ok(List::default()) };
    let texts = loaders(ctx)?.load(TextsOf { kind, id }).await?.unwrap_or_default();
    let mut highlights: Vec<Highlight> = Vec::new();
    for Source { part, text } in texts.iter() {
        let Some(field) = field_of(*part, kind) else { continue };
        let found = match part {
            Part::Description | Part::Note => fragments(&of_markdown(text), &search.query),
            Part::Article => fragments(&of_article(text), &search.query),
            _ => fragments(text, &search.query),
        };
        if found.is_empty() {
            continue;
        }
        match highlights.iter_mut().find(|highlight| highlight.field == field) {
            Some(highlight) => highlight.fragments.extend(found),
            None => highlights.push(Highlight { field, fragments: found }),
        }
    }
    for highlight in &mut highlights {
        highlight.fragments.truncate(FRAGMENTS);
    }
    highlights.sort_by_key(|highlight| highlight.field);
    Ok(List(highlights))
}

fn field_of(part: Part, kind: NodeKind) -> Option<SearchField> {
    match part {
        Part::Title if !kind.is_catalog_item() => Some(SearchField::Name),
        Part::Title | Part::Subtitle => Some(SearchField::Title),
        Part::Alias => Some(SearchField::Alias),
        Part::Name => Some(SearchField::Name),
        Part::Topic => Some(SearchField::Topic),
        Part::Summary => Some(SearchField::Summary),
        Part::Description | Part::Syllabus => Some(SearchField::Description),
        Part::Article => Some(SearchField::Article),
        Part::Note => Some(SearchField::Note),
        Part::Code | Part::Isbn | Part::Language | Part::VisibleFrom | Part::Recommendations => None,
    }
}

//! Highlights: the passages of a hit that contain words of the query.

use std::borrow::Cow;

use async_graphql::{Context, Enum, Result, SimpleObject};

use crate::domain::search::document::{article_text, markdown_text};
use crate::domain::search::highlight::fragments;
use crate::graphql::context::{loaders, request_data};
use crate::graphql::list::List;
use crate::loader::search::{DocumentSources, Search, SourcesOf};
use crate::model::NodeKind;

/// The fields that a search looks in. Highlights are listed in this order.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SearchField {
    /// The title of an item, or the subtitle or original title of a book.
    Title,
    /// Another name (alias) of a career or topic.
    Alias,
    /// The name of a person or organization or, for a learning resource, of its contributors, instructors, publisher,
    /// provider or institution.
    Name,
    /// The title or another name of one of the item's topics.
    Topic,
    /// The summary of a catalog item.
    Summary,
    /// The description of a learning resource, or the syllabus of a course.
    Description,
    /// The article about a career's job.
    Article,
    /// The note of a reading list entry that recommends the item.
    Note,
}

/// The passages of one field that contain words of the search query.
#[derive(SimpleObject, Debug)]
pub struct Highlight {
    /// The field that contains the passages, such as `TITLE`.
    field: SearchField,
    /// Up to three passages, each of up to about 160 characters, as HTML: matches are in `<mark>`, and everything else
    /// is escaped.
    fragments: Vec<String>,
}

/// The maximum number of fragments of a field.
const FRAGMENTS: usize = 3;

/// Finds the words of a query in the texts of an item that the requester can see.
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
    let Some(sources) = loaders(ctx)?.load(SourcesOf { kind, id }).await? else { return Ok(List::default()) };
    let in_texts = |field: SearchField, texts: &mut dyn Iterator<Item = Cow<'_, str>>| {
        let mut found: Vec<String> = texts.flat_map(|text| fragments(&text, &search.query)).collect();
        found.truncate(FRAGMENTS);
        (!found.is_empty()).then_some(Highlight { field, fragments: found })
    };
    let called = if kind.is_catalog_item() { SearchField::Title } else { SearchField::Name };
    let plain = |text: &String| Cow::Owned(markdown_text(text));
    let base = request_data(ctx)?.settings.base_url.as_ref();
    let article = |text: &String| Cow::Owned(article_text(text, base));
    let sources: &DocumentSources = &sources;
    let titles = [&sources.title].into_iter().chain(&sources.titles);
    let descriptions = sources.description.iter().map(plain).chain(borrowed(&sources.syllabus));
    let highlights = [
        in_texts(called, &mut borrowed(titles)),
        in_texts(SearchField::Alias, &mut borrowed(&sources.aliases)),
        in_texts(SearchField::Name, &mut borrowed(&sources.names)),
        in_texts(SearchField::Topic, &mut borrowed(&sources.topics)),
        in_texts(SearchField::Summary, &mut borrowed(&sources.summary)),
        in_texts(SearchField::Description, &mut { descriptions }),
        in_texts(SearchField::Article, &mut sources.article.iter().map(article)),
        in_texts(SearchField::Note, &mut sources.notes.iter().map(plain)),
    ];
    Ok(highlights.into_iter().flatten().collect())
}

fn borrowed<'a>(texts: impl IntoIterator<Item = &'a String>) -> impl Iterator<Item = Cow<'a, str>> {
    texts.into_iter().map(|text| Cow::Borrowed(text.as_str()))
}

//! Where words of a query stand in what was found.

use std::borrow::Cow;

use async_graphql::{Context, Enum, Result, SimpleObject};

use crate::domain::search::document::{of_article, of_markdown};
use crate::domain::search::highlight::fragments;
use crate::graphql::context::{loaders, request_data};
use crate::graphql::list::List;
use crate::loader::search::{Search, Sources, TextsOf};
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
    let Some(sources) = loaders(ctx)?.load(TextsOf { kind, id }).await? else { return Ok(List::default()) };
    let in_texts = |field: SearchField, texts: &mut dyn Iterator<Item = Cow<'_, str>>| {
        let mut found: Vec<String> = texts.flat_map(|text| fragments(&text, &search.query)).collect();
        found.truncate(FRAGMENTS);
        (!found.is_empty()).then_some(Highlight { field, fragments: found })
    };
    let called = if kind.is_catalog_item() { SearchField::Title } else { SearchField::Name };
    let plain = |text: &String| Cow::Owned(of_markdown(text));
    let base = request_data(ctx)?.settings.base_url.as_ref();
    let article = |text: &String| Cow::Owned(of_article(text, base));
    let sources: &Sources = &sources;
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

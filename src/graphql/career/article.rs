//! A career's article: its text, its sections, and the cards embedded in it.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject, Union};

use crate::domain::article;
use crate::graphql::error::concurrent_unpublish;
use crate::graphql::interface::LearningResource;
use crate::graphql::list::List;
use crate::graphql::markdown::RenderedMarkdown;
use crate::graphql::scalars::Duration;

/// An article without links to hidden objects, and the targets of its links.
pub struct Article {
    content: Arc<RenderedMarkdown>,
}

impl Article {
    /// Renders `markdown`. Links to what the caller does not see lose their target, embeds of it are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(ctx: &Context<'_>, markdown: &str) -> Result<Self> {
        Ok(Self { content: Arc::new(RenderedMarkdown::load(ctx, markdown).await?) })
    }
}

/// A number of words, sections or minutes: an article is bounded, so it always fits.
fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The article of a career. If the caller cannot see a linked object, its link loses the target and its embed is
/// omitted, in every form of the text.
#[Object]
impl Article {
    /// The whole text in Markdown. An embedded resource is a paragraph that consists only of a link.
    async fn markdown(&self) -> &str {
        self.content.text.markdown()
    }

    /// The whole text as sanitized HTML. The `id` of each heading is the `anchor` of its section.
    async fn html(&self) -> String {
        self.content.text.html()
    }

    /// The number of words in headings and prose, without embedded resources. Two Chinese or Japanese characters count
    /// as one word.
    async fn word_count(&self) -> i32 {
        number(self.content.text.word_count())
    }

    /// The estimated reading time at 230 words per minute, rounded up to whole minutes.
    async fn reading_time(&self) -> Duration {
        Duration(i64::from(number(self.content.text.reading_time_minutes())) * 60)
    }

    /// `readingTime` as a number of minutes.
    async fn reading_time_minutes(&self) -> i32 {
        number(self.content.text.reading_time_minutes())
    }

    /// The sections as a flat list in document order. Text before the first heading forms a section of level 0.
    async fn sections(&self) -> List<ArticleSection> {
        let sections = 0..self.content.text.sections().len();
        sections.map(|index| ArticleSection { content: self.content.clone(), index }).collect()
    }
}

/// A section of an article.
pub struct ArticleSection {
    content: Arc<RenderedMarkdown>,
    index: usize,
}

impl ArticleSection {
    fn section(&self) -> &article::Section {
        &self.content.text.sections()[self.index]
    }
}

/// A section of an article: a heading and the content below it, up to the next heading of any level.
#[Object]
impl ArticleSection {
    /// The `id` of the heading in the HTML of the article, unique in it: "what-does-a-back-end-developer-do".
    async fn anchor(&self) -> &str {
        &self.section().anchor
    }

    /// The level of the heading, from 1 to 6, or 0 for the text before the first heading.
    async fn level(&self) -> i32 {
        i32::from(self.section().level)
    }

    /// The heading in plain text. Null in the section of level 0.
    async fn heading(&self) -> Option<&str> {
        self.section().heading.as_deref()
    }

    /// The content in Markdown without the heading, including the definitions of its reference links, so that it
    /// renders on its own.
    async fn markdown(&self) -> &str {
        &self.section().markdown
    }

    /// The content as sanitized HTML, without the heading.
    async fn html(&self) -> String {
        self.section().html()
    }

    /// The content as prose and embedded resources, in document order.
    async fn blocks(&self) -> Result<List<ArticleBlock>> {
        let blocks = self.section().blocks.iter();
        blocks.map(|block| ArticleBlock::new(&self.content, block)).collect()
    }
}

/// A block of an article section: prose, or an embedded learning resource.
#[derive(Union)]
pub enum ArticleBlock {
    Prose(ArticleProse),
    Embed(ArticleEmbed),
}

impl ArticleBlock {
    fn new(content: &RenderedMarkdown, block: &article::Block) -> Result<Self> {
        match block {
            article::Block::Prose { markdown, html } => {
                Ok(Self::Prose(ArticleProse { markdown: markdown.clone(), html: html.clone() }))
            }
            article::Block::Embed { destination, .. } => match content.targets.get(destination) {
                Some(entity) => Ok(Self::Embed(ArticleEmbed { resource: LearningResource::new(entity.clone()) })),
                None => Err(concurrent_unpublish()),
            },
        }
    }
}

/// A stretch of prose.
pub struct ArticleProse {
    markdown: String,
    html: article::Html,
}

/// A run of text between headings and embedded resources.
#[Object]
impl ArticleProse {
    /// The text in Markdown, including the definitions of its reference links, so that it renders on its own.
    async fn markdown(&self) -> &str {
        &self.markdown
    }

    /// The text as sanitized HTML, ready to insert between the embedded resources.
    async fn html(&self) -> String {
        self.html.render()
    }
}

/// A learning resource embedded in an article, for clients to show as a card. The source is a paragraph that consists
/// only of a link to the resource.
#[derive(SimpleObject)]
pub struct ArticleEmbed {
    /// The learning resource that the paragraph links to.
    resource: LearningResource,
}

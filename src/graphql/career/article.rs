//! A career's article: its text, its sections, and the cards embedded in it.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject, Union};

use crate::domain::article;
use crate::graphql::error::withdrawn;
use crate::graphql::interface::LearningResource;
use crate::graphql::list::List;
use crate::graphql::prose::Prose;
use crate::graphql::scalars::Duration;

/// An article as the caller may see it, with what it links to.
pub struct Article {
    content: Arc<Prose>,
}

impl Article {
    /// Renders `markdown`. Links to what the caller does not see lose their target, embeds of it are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(ctx: &Context<'_>, markdown: &str) -> Result<Self> {
        Ok(Self { content: Arc::new(Prose::load(ctx, markdown).await?) })
    }
}

/// A number of words, sections or minutes: an article is bounded, so it always fits.
fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// What a job is, told in sections.
#[Object]
impl Article {
    /// The whole text in Markdown, as far as you may see what it embeds.
    async fn markdown(&self) -> &str {
        self.content.text.markdown()
    }

    /// The whole text as sanitised HTML; its headings have their section's anchor as id.
    async fn html(&self) -> String {
        self.content.text.html()
    }

    /// How many words it has, cards aside.
    async fn word_count(&self) -> i32 {
        number(self.content.text.word_count())
    }

    /// How long it takes to read, at 230 words a minute.
    async fn reading_time(&self) -> Duration {
        Duration(i64::from(number(self.content.text.reading_time_minutes())) * 60)
    }

    /// How many minutes it takes to read, at 230 words a minute, rounded up.
    async fn reading_time_minutes(&self) -> i32 {
        number(self.content.text.reading_time_minutes())
    }

    /// Its sections, flat, in order. What stands before the first heading is a section of level 0.
    async fn sections(&self) -> List<ArticleSection> {
        let sections = 0..self.content.text.sections().len();
        sections.map(|index| ArticleSection { content: self.content.clone(), index }).collect()
    }
}

/// A section of an article.
pub struct ArticleSection {
    content: Arc<Prose>,
    index: usize,
}

impl ArticleSection {
    fn section(&self) -> &article::Section {
        &self.content.text.sections()[self.index]
    }
}

/// A heading of an article, and what stands below it up to the next one.
#[Object]
impl ArticleSection {
    /// The id of its heading, unique in the article: "what-does-a-back-end-developer-do".
    async fn anchor(&self) -> &str {
        &self.section().anchor
    }

    /// The level of its heading, from 1 to 6; 0 for what stands before the first heading.
    async fn level(&self) -> i32 {
        i32::from(self.section().level)
    }

    /// Its heading, as plain text.
    async fn heading(&self) -> Option<&str> {
        self.section().heading.as_deref()
    }

    /// Its text in Markdown, without the heading. It stands alone: definitions of reference links are with it.
    async fn markdown(&self) -> &str {
        &self.section().markdown
    }

    /// Its text as sanitised HTML, without the heading.
    async fn html(&self) -> String {
        self.section().html()
    }

    /// Its prose and the cards between it, in order.
    async fn blocks(&self) -> Result<List<ArticleBlock>> {
        let blocks = self.section().blocks.iter();
        blocks.map(|block| ArticleBlock::new(&self.content, block)).collect()
    }
}

/// A stretch of an article: prose, or a card.
#[derive(Union)]
pub enum ArticleBlock {
    Prose(ArticleProse),
    Embed(ArticleEmbed),
}

impl ArticleBlock {
    fn new(content: &Prose, block: &article::Block) -> Result<Self> {
        match block {
            article::Block::Prose { markdown, html } => {
                Ok(Self::Prose(ArticleProse { markdown: markdown.clone(), html: html.clone() }))
            }
            article::Block::Embed { destination, .. } => match content.targets.get(destination) {
                Some(entity) => Ok(Self::Embed(ArticleEmbed { resource: LearningResource::new(entity.clone()) })),
                None => Err(withdrawn()),
            },
        }
    }
}

/// A stretch of prose.
pub struct ArticleProse {
    markdown: String,
    html: article::Html,
}

/// A stretch of prose.
#[Object]
impl ArticleProse {
    /// The prose in Markdown. It stands alone: definitions of reference links are with it.
    async fn markdown(&self) -> &str {
        &self.markdown
    }

    /// The prose as sanitised HTML.
    async fn html(&self) -> String {
        self.html.render()
    }
}

/// A card: a paragraph of the article that is only a link to a learning resource.
#[derive(SimpleObject)]
pub struct ArticleEmbed {
    /// What the card shows.
    resource: LearningResource,
}

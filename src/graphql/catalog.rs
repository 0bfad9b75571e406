//! Counts of the whole catalog.

use async_graphql::{Context, Object, Result};
use entity::timestamp::Timestamp;

use super::context::loaders;
use super::scalars::DateTime;
use crate::loader::{Statistic, feed_cursor};
use crate::model::NodeKind;

/// The whole catalog.
pub struct Catalog;

async fn statistic(ctx: &Context<'_>, statistic: Statistic) -> Result<Option<i64>> {
    Ok(loaders(ctx)?.load(statistic).await?)
}

async fn count(ctx: &Context<'_>, kind: NodeKind) -> Result<i32> {
    let rows = statistic(ctx, Statistic::Count(kind)).await?.unwrap_or(0);
    Ok(i32::try_from(rows).unwrap_or(i32::MAX))
}

/// Statistics about the catalog. The counts include only items that the caller can see, and are exact.
#[Object]
impl Catalog {
    /// The number of careers that the caller can see.
    async fn career_count(&self, ctx: &Context<'_>) -> Result<i32> {
        count(ctx, NodeKind::Career).await
    }

    /// The number of courses that the caller can see.
    async fn course_count(&self, ctx: &Context<'_>) -> Result<i32> {
        count(ctx, NodeKind::Course).await
    }

    /// The number of books that the caller can see.
    async fn book_count(&self, ctx: &Context<'_>) -> Result<i32> {
        count(ctx, NodeKind::Book).await
    }

    /// The number of topics that the caller can see.
    async fn topic_count(&self, ctx: &Context<'_>) -> Result<i32> {
        count(ctx, NodeKind::Topic).await
    }

    /// The number of videos that the caller can see.
    async fn video_count(&self, ctx: &Context<'_>) -> Result<i32> {
        count(ctx, NodeKind::Video).await
    }

    /// The number of podcasts that the caller can see.
    async fn podcast_count(&self, ctx: &Context<'_>) -> Result<i32> {
        count(ctx, NodeKind::Podcast).await
    }

    /// The number of tutorials that the caller can see.
    async fn tutorial_count(&self, ctx: &Context<'_>) -> Result<i32> {
        count(ctx, NodeKind::Tutorial).await
    }

    /// When the visible part of the catalog last changed. Null if the change feed is empty.
    async fn last_changed_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(statistic(ctx, Statistic::LastChangedAt).await?.map(|micros| DateTime(Timestamp(micros))))
    }

    /// The cursor at the end of the change feed. Pass it as `after` to `changes` or `catalogChanged` to get only later
    /// changes.
    async fn changes_cursor(&self, ctx: &Context<'_>) -> Result<String> {
        let last = statistic(ctx, Statistic::LastChange).await?.unwrap_or(0);
        Ok(feed_cursor(last))
    }
}

#[derive(Default)]
pub struct CatalogQuery;

#[Object]
impl CatalogQuery {
    /// Statistics about the catalog, and the current end of the change feed.
    async fn catalog(&self) -> Catalog {
        Catalog
    }
}

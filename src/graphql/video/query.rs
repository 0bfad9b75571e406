//! The root fields for videos.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Video, VideoOrder, VideoSearchConnection, VideoWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Identifies a video by exactly one of these fields.
#[derive(OneofObject, Debug)]
pub enum VideoBy {
    /// Its id.
    Id(ID),
    /// Its code.
    Code(String),
    /// Its slug, or one that it had.
    Slug(String),
}

#[derive(Default)]
pub struct VideoQuery;

#[Object]
impl VideoQuery {
    /// Fetches a video by its id, code or slug. Null if no visible video matches.
    async fn video(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Selects the video by exactly one of its identifiers.")] by: VideoBy,
    ) -> Result<Option<Video>> {
        let video = match by {
            VideoBy::Id(id) => by_id(ctx, &id).await?,
            VideoBy::Code(code) => by_code(ctx, &code).await?,
            VideoBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(video.map(Video))
    }

    /// Lists videos, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn videos(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The search query: words, \"phrases\", and -excluded words.")] query: Option<String>,
        #[graphql(name = "where", desc = "A filter. All videos if omitted.")] condition: Option<VideoWhere>,
        #[graphql(desc = "The sort keys, most significant first.")] order_by: Option<Vec<VideoOrder>>,
    ) -> Result<VideoSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Video]).await?;
        let order = VideoOrder::order(order_by, search.is_some())?;
        Ok(VideoSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}

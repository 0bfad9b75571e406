//! The root fields for videos.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Video, VideoOrder, VideoSearchConnection, VideoWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// What names a video: exactly one of these.
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
    /// A video by its id, code or slug; null where there is none.
    async fn video(&self, ctx: &Context<'_>, #[graphql(desc = "What names it.")] by: VideoBy) -> Result<Option<Video>> {
        let video = match by {
            VideoBy::Id(id) => by_id(ctx, &id).await?,
            VideoBy::Code(code) => by_code(ctx, &code).await?,
            VideoBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(video.map(Video))
    }

    /// Videos, by title unless something is searched for, or another order asked for.
    async fn videos(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to find: words, \"phrases\", -words to leave out; the best come first.")] query: Option<
            String,
        >,
        #[graphql(name = "where", desc = "Which ones; all where left out.")] condition: Option<VideoWhere>,
        #[graphql(desc = "What they are ordered by, most important first.")] order_by: Option<Vec<VideoOrder>>,
    ) -> Result<VideoSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Video]).await?;
        let order = VideoOrder::order(order_by, search.is_some())?;
        Ok(VideoSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}

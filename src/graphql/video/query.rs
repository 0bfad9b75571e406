//! The root fields for videos.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Video, VideoOrder, VideoSearchConnection, VideoWhere};
use crate::graphql::connection::RootList;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Selects one video. Exactly one field must be set.
#[derive(OneofObject, Debug)]
pub enum VideoBy {
    /// The global id, as returned by the field `id`. The id of an object of another type selects nothing.
    Id(ID),
    /// The code: the six lowercase letters and digits that never change.
    Code(String),
    /// The slug: the current one, or one that the object had before it was renamed.
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
        #[graphql(desc = "The identifier of the video. Exactly one of its fields must be set.")] by: VideoBy,
    ) -> Result<Option<Video>> {
        let video = match by {
            VideoBy::Id(id) => by_id(ctx, &id).await?,
            VideoBy::Code(code) => by_code(ctx, &code).await?,
            VideoBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(video.map(Video))
    }

    /// Lists the visible videos, by relevance if `query` is given, otherwise by title. `orderBy` overrides the order.
    async fn videos(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A search query: words, \"phrases\", -excluded words. Default: none. Maximum: 500 characters and 32 \
                    words."
        )]
        query: Option<String>,
        #[graphql(
            name = "where",
            desc = "Returns only videos that match. Default: all. Maximum: 200 conditions, nested eight levels deep."
        )]
        condition: Option<VideoWhere>,
        #[graphql(
            desc = "The sort keys, most significant first, each field at most once. Default: `RELEVANCE` if `query` is \
                    not blank, otherwise `TITLE`."
        )]
        order_by: Option<Vec<VideoOrder>>,
    ) -> Result<VideoSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Video]).await?;
        let order = VideoOrder::order(order_by, search.is_some())?;
        Ok(VideoSearchConnection(RootList::new(ctx, search, filter(condition)?, order)?))
    }
}

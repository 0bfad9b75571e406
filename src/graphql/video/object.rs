//! A video, and pages of videos.

use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::enums::ContributionRole;

use crate::graphql::contribution;
use crate::graphql::list::List;
use crate::graphql::object::object;
use crate::graphql::party::Person;
use crate::graphql::scalars::Date;
use crate::graphql::search::{facets, search_connection};
use crate::model::{self, Resource};

/// A video, such as a talk, a lecture, or a documentary.
#[derive(Clone, Debug)]
pub struct Video(pub Arc<model::Video>);

impl From<Arc<model::Video>> for Video {
    fn from(video: Arc<model::Video>) -> Self {
        Self(video)
    }
}

impl Video {
    pub fn row(&self) -> &model::Item {
        &self.0.item
    }

    pub fn resource_fields(&self) -> &model::ResourceFields {
        &self.0.resource
    }

    pub fn as_resource(&self) -> Resource {
        Resource::Video(self.0.clone())
    }
}

object! {
    /// A video, such as a talk, a lecture, or a documentary, with its creators and publication date.
    impl Video: contributed resource item {
        /// The contributors with the role `CREATOR`, in the editor's order.
        async fn creators(&self, ctx: &Context<'_>) -> Result<List<Person>> {
            contribution::in_role(ctx, self.row().id, ContributionRole::Creator).await
        }

        /// When the video was published; the day, or the day and the month, can be missing. Null if unknown.
        async fn publication_date(&self) -> Option<Date> {
            self.0.publication_date.map(Date)
        }
    }
}

search_connection! {
    /// A page of the videos that match the `query` and `where` of `videos`, with facets.
    VideoSearchConnection {
        /// The facets: counts over all pages, by value.
        async fn facets(&self) -> VideoFacets {
            VideoFacets(self.0.facets())
        }
    }
    /// A video that `videos` returns, with its cursor and, if `query` is given, its score and highlights.
    VideoSearchEdge(model::Video => Video)
}

facets! {
    /// The facets of a list of videos: the number of videos with each value, over all pages.
    VideoFacets: published resource; {}
}

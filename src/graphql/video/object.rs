//! A video, and pages of videos.

use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::choice::ContributionRole;

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
    /// A video, such as a talk, a lecture, or a documentary.
    impl Video: contributed resource item {
        /// The creators in order: the contributors with the role CREATOR.
        async fn creators(&self, ctx: &Context<'_>) -> Result<List<Person>> {
            contribution::in_role(ctx, self.row().id, ContributionRole::Creator).await
        }

        /// When it was published.
        async fn publication_date(&self) -> Option<Date> {
            self.0.publication_date.map(Date)
        }
    }
}

search_connection! {
    /// A page of matching videos.
    VideoSearchConnection {
        /// Counts over the whole result.
        async fn facets(&self) -> VideoFacets {
            VideoFacets(self.0.facets())
        }
    }
    /// A video in a page.
    VideoSearchEdge(model::Video => Video)
}

facets! {
    /// Counts of the videos found.
    VideoFacets: published resource; {}
}

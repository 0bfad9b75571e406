//! A podcast, and pages of podcasts.

use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::choice::ContributionRole;

use crate::graphql::contribution;
use crate::graphql::list::List;
use crate::graphql::object::object;
use crate::graphql::party::Person;
use crate::graphql::scalars::Url;
use crate::graphql::search::{facets, search_connection};
use crate::model::{self, Resource};

/// A podcast: a series of audio episodes.
#[derive(Clone, Debug)]
pub struct Podcast(pub Arc<model::Podcast>);

impl From<Arc<model::Podcast>> for Podcast {
    fn from(podcast: Arc<model::Podcast>) -> Self {
        Self(podcast)
    }
}

impl Podcast {
    pub fn row(&self) -> &model::Item {
        &self.0.item
    }

    pub fn resource_fields(&self) -> &model::ResourceFields {
        &self.0.resource
    }

    pub fn as_resource(&self) -> Resource {
        Resource::Podcast(self.0.clone())
    }
}

object! {
    /// A podcast: a series of audio episodes.
    impl Podcast: contributed resource item {
        /// The hosts in order: the contributors with the role HOST.
        async fn hosts(&self, ctx: &Context<'_>) -> Result<List<Person>> {
            contribution::in_role(ctx, self.row().id, ContributionRole::Host).await
        }

        /// The URL of the feed that podcast apps subscribe to.
        async fn feed_url(&self) -> Option<Url> {
            self.0.feed_url.clone().map(Url)
        }

        /// The number of episodes.
        async fn episode_count(&self) -> Option<i32> {
            self.0.episode_count
        }
    }
}

search_connection! {
    /// A page of matching podcasts.
    PodcastSearchConnection {
        /// Counts over the whole result.
        async fn facets(&self) -> PodcastFacets {
            PodcastFacets(self.0.facets())
        }
    }
    /// A podcast in a page.
    PodcastSearchEdge(model::Podcast => Podcast)
}

facets! {
    /// Counts of the podcasts found.
    PodcastFacets: published resource; {}
}

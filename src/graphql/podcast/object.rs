//! A podcast, and pages of podcasts.

use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::enums::ContributionRole;

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
    /// A podcast: a series of audio episodes that an app can subscribe to by `feedUrl`.
    impl Podcast: contributed resource item {
        /// The contributors with the role `HOST`, in the editor's order.
        async fn hosts(&self, ctx: &Context<'_>) -> Result<List<Person>> {
            contribution::in_role(ctx, self.row().id, ContributionRole::Host).await
        }

        /// The URL of the feed to which podcast apps subscribe. Null if unknown.
        async fn feed_url(&self) -> Option<Url> {
            self.0.feed_url.clone().map(Url)
        }

        /// The number of episodes published so far, from 1 to 100,000. Null if unknown.
        async fn episode_count(&self) -> Option<i32> {
            self.0.episode_count
        }
    }
}

search_connection! {
    /// A page of the podcasts that match the `query` and `where` of `podcasts`, with facets.
    PodcastSearchConnection {
        /// The facets: counts over all pages, by value.
        async fn facets(&self) -> PodcastFacets {
            PodcastFacets(self.0.facets())
        }
    }
    /// A podcast that `podcasts` returns, with its cursor and, if `query` is given, its score and highlights.
    PodcastSearchEdge(model::Podcast => Podcast)
}

facets! {
    /// The facets of a list of podcasts: the number of podcasts with each value, over all pages.
    PodcastFacets: published resource; {}
}

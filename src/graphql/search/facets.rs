//! Facets: what was found, counted by what it is about, for whom, in which language, from whom.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};
use tokio::sync::OnceCell;

use super::snapshot;
use crate::graphql::context::loaders;
use crate::graphql::enums::{CatalogKind, Level};
use crate::graphql::error::bad_input;
use crate::graphql::list::List;
use crate::graphql::paging::{MAX_PAGE, count};
use crate::graphql::party::Organization;
use crate::graphql::scalars::LanguageTag;
use crate::graphql::topic::Topic;
use crate::loader::Filter;
use crate::loader::search::{Facet, FacetScope, FacetValue, FacetValuesOf, Search};
use crate::model::NodeKind;

/// A value of the facet `topics`: a topic and the number of items about it.
#[derive(SimpleObject, Debug)]
pub struct TopicFacet {
    /// The topic; its descendants count for it.
    topic: Topic,
    /// The number of results, on all pages, with this topic or a topic below it.
    count: i32,
}

/// A value of the facet `publishers` or `providers`: an organization and the number of its items.
#[derive(SimpleObject, Debug)]
pub struct OrganizationFacet {
    /// The publisher of the items or, for courses, the provider.
    organization: Organization,
    /// The number of results with this value, on all pages.
    count: i32,
}

/// A value of the facet `levels`: a level and the number of learning resources of it.
#[derive(SimpleObject, Debug)]
pub struct LevelFacet {
    /// The level. Null for the resources whose level is unknown.
    level: Option<Level>,
    /// The number of results with this value, on all pages.
    count: i32,
}

/// A value of the facet `languages`: a language tag and the number of learning resources in it.
#[derive(SimpleObject, Debug)]
pub struct LanguageFacet {
    /// The language tag. Null for the resources whose language is unknown.
    language: Option<LanguageTag>,
    /// The number of results with this value, on all pages.
    count: i32,
}

/// A value of the facet `decades`: ten years and the number of books published in them.
#[derive(SimpleObject, Debug)]
pub struct DecadeFacet {
    /// The first year of the decade, such as 1990. Null for the books whose publication year is unknown.
    decade: Option<i32>,
    /// The number of results with this value, on all pages.
    count: i32,
}

/// A value of the facet `kinds`: a kind of catalog item and the number of results of it.
#[derive(SimpleObject, Debug)]
pub struct KindFacet {
    /// The kind of the items that `count` counts.
    kind: CatalogKind,
    /// The number of results with this value, on all pages.
    count: i32,
}

/// The scope of the facets of a connection.
#[derive(Clone, Debug)]
pub struct Facets {
    /// The search, if there is a query.
    search: Option<Arc<Search>>,
    filters: Vec<(NodeKind, Filter)>,
    /// The filters of all kinds, over which `kinds` counts.
    all_kinds: Vec<(NodeKind, Filter)>,
    scopes: Arc<[OnceCell<Arc<FacetScope>>; 2]>,
}

impl Facets {
    /// Counts the visible rows of a kind that match and pass a filter.
    #[must_use]
    pub fn new(search: Option<Arc<Search>>, filter: (NodeKind, Filter)) -> Self {
        Self { search, filters: vec![filter.clone()], all_kinds: vec![filter], scopes: Arc::default() }
    }

    /// Counts the visible rows of several kinds.
    #[must_use]
    pub fn across(search: Arc<Search>, filters: Vec<(NodeKind, Filter)>, all_kinds: Vec<(NodeKind, Filter)>) -> Self {
        Self { search: Some(search), filters, all_kinds, scopes: Arc::default() }
    }

    /// Returns the scope of a facet, the same object for all of its facets.
    async fn scope(&self, ctx: &Context<'_>, facet: Facet) -> Result<Arc<FacetScope>> {
        let is_shared = facet != Facet::Kinds || self.filters == self.all_kinds;
        let (filters, scope) =
            if is_shared { (&self.filters, &self.scopes[0]) } else { (&self.all_kinds, &self.scopes[1]) };
        let make = async || {
            let search = match &self.search {
                Some(search) => search.clone(),
                None => Arc::new(Search::everything(snapshot(ctx).await?)),
            };
            Ok::<_, async_graphql::Error>(Arc::new(FacetScope { search, filters: filters.clone() }))
        };
        scope.get_or_try_init(make).await.cloned()
    }

    async fn of<T>(
        &self,
        ctx: &Context<'_>,
        facet: Facet,
        first: Option<i32>,
        make: impl Fn(&FacetValue, i32) -> Option<T>,
    ) -> Result<List<T>> {
        let limit = match first.map(u32::try_from) {
            None => None,
            Some(Ok(first)) if first <= MAX_PAGE => Some(first),
            Some(_) => return Err(bad_input("first", format!("must be between 0 and {MAX_PAGE}"))),
        };
        let key = FacetValuesOf { facet, within: self.scope(ctx, facet).await?, limit };
        let values = loaders(ctx)?.load(key).await?.unwrap_or_default();
        Ok(values.iter().filter_map(|(value, number)| make(value, count(Some(*number)))).collect())
    }

    pub async fn topics(&self, ctx: &Context<'_>, first: i32) -> Result<List<TopicFacet>> {
        self.of(ctx, Facet::Topics, Some(first), |value, count| match value {
            FacetValue::Topic(topic) => Some(TopicFacet { topic: Topic(topic.clone()), count }),
            _ => None,
        })
        .await
    }

    pub async fn levels(&self, ctx: &Context<'_>) -> Result<List<LevelFacet>> {
        self.of(ctx, Facet::Levels, None, |value, count| match value {
            FacetValue::Level(level) => Some(LevelFacet { level: level.map(Into::into), count }),
            _ => None,
        })
        .await
    }

    pub async fn languages(&self, ctx: &Context<'_>, first: i32) -> Result<List<LanguageFacet>> {
        self.of(ctx, Facet::Languages, Some(first), |value, count| match value {
            FacetValue::Language(tag) => Some(LanguageFacet { language: tag.clone().map(LanguageTag), count }),
            _ => None,
        })
        .await
    }

    pub async fn organizations(&self, ctx: &Context<'_>, first: i32) -> Result<List<OrganizationFacet>> {
        self.of(ctx, Facet::Organizations, Some(first), |value, count| match value {
            FacetValue::Organization(organization) => {
                Some(OrganizationFacet { organization: Organization(organization.clone()), count })
            }
            _ => None,
        })
        .await
    }

    async fn decades(&self, ctx: &Context<'_>) -> Result<List<DecadeFacet>> {
        self.of(ctx, Facet::Decades, None, |value, count| match value {
            FacetValue::Decade(decade) => Some(DecadeFacet { decade: *decade, count }),
            _ => None,
        })
        .await
    }

    async fn kinds(&self, ctx: &Context<'_>) -> Result<List<KindFacet>> {
        self.of(ctx, Facet::Kinds, None, |value, count| match value {
            FacetValue::Kind(kind) => Some(KindFacet { kind: CatalogKind::of(*kind)?, count }),
            _ => None,
        })
        .await
    }
}

/// Defines a type of facets: the common facets, those of the named parts, and its own.
macro_rules! facets {
    (@ [$($meta:tt)*] $name:ident [resource] { $($fields:tt)* }) => {
        $crate::graphql::search::facets!(@ [$($meta)*] $name [] {
            /// The number of learning resources of each level, the lowest level first, unknown levels last. A `level`
            /// at the top level of `where` does not narrow these counts.
            async fn levels(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::list::List<$crate::graphql::search::LevelFacet>> {
                self.0.levels(ctx).await
            }

            /// The most frequent languages of learning resources; unknown counts as one. A `language` at the top level
            /// of `where` does not narrow these counts.
            async fn languages(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "The maximum number of values. Default: 10. Maximum: 100.", default = 10)] first: i32,
            ) -> async_graphql::Result<$crate::graphql::list::List<$crate::graphql::search::LanguageFacet>> {
                self.0.languages(ctx, first).await
            }

            $($fields)*
        });
    };

    (@ [$($meta:tt)*] $name:ident [published $($part:ident)*] { $($fields:tt)* }) => {
        $crate::graphql::search::facets!(@ [$($meta)*] $name [$($part)*] {
            /// The most frequent publishers. A `publisher` at the top level of `where` does not narrow these counts.
            async fn publishers(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "The maximum number of values. Default: 10. Maximum: 100.", default = 10)] first: i32,
            ) -> async_graphql::Result<$crate::graphql::list::List<$crate::graphql::search::OrganizationFacet>> {
                self.0.organizations(ctx, first).await
            }

            $($fields)*
        });
    };

    (@ [$($meta:tt)*] $name:ident [] { $($fields:tt)* }) => {
        #[derive(Debug)]
        pub struct $name(pub $crate::graphql::search::Facets);

        #[async_graphql::Object]
        $($meta)*
        impl $name {
            /// The most frequent topics. An item counts for its topics and for all topics above them. A `hasTopic` at
            /// the top level of `where` does not narrow these counts.
            async fn topics(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "The maximum number of values. Default: 10. Maximum: 100.", default = 10)] first: i32,
            ) -> async_graphql::Result<$crate::graphql::list::List<$crate::graphql::search::TopicFacet>> {
                self.0.topics(ctx, first).await
            }

            $($fields)*
        }
    };

    ($(#[$meta:meta])* $name:ident: $($part:ident)*; { $($fields:tt)* }) => {
        $crate::graphql::search::facets!(@ [$(#[$meta])*] $name [$($part)*] { $($fields)* });
    };
}
pub(crate) use facets;

facets! {
    /// The facets of a list of careers: the number of careers with each value, over all pages.
    CareerFacets:; {}
}

facets! {
    /// The facets of a list of courses: the number of courses with each value, over all pages.
    CourseFacets: resource; {
        /// The most frequent providers of courses. A `provider` at the top level of `where` does not narrow these
        /// counts.
        async fn providers(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "The maximum number of values. Default: 10. Maximum: 100.", default = 10)] first: i32,
        ) -> Result<List<OrganizationFacet>> {
            self.0.organizations(ctx, first).await
        }
    }
}

facets! {
    /// The facets of a list of books: the number of books with each value, over all pages.
    BookFacets: published resource; {
        /// The number of books of each decade of publication, the earliest first, unknown years last. A
        /// `publicationYear` at the top level of `where` does not narrow these counts.
        async fn decades(&self, ctx: &Context<'_>) -> Result<List<DecadeFacet>> {
            self.0.decades(ctx).await
        }
    }
}

facets! {
    /// The facets of a search across kinds: the number of results with each value, over all pages.
    SearchFacets: resource; {
        /// The number of results of each kind, the most frequent kind first. The argument `kinds` does not narrow these
        /// counts.
        async fn kinds(&self, ctx: &Context<'_>) -> Result<List<KindFacet>> {
            self.0.kinds(ctx).await
        }
    }
}

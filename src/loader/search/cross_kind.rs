//! The search across kinds.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::kind::NodeKind;
use futures_util::future::try_join_all;

use super::{Search, cursor, identity_key, object_of_document};
use crate::loader::{BatchLoader, DependencySet, Edge, Filter, Page, ReadError, RowDependencies, Window};

/// A page of a search across kinds.
#[derive(Debug)]
pub struct CrossKindSearch {
    pub search: Arc<Search>,
    /// The kinds, each with its filter.
    pub parts: Vec<(NodeKind, Filter)>,
    pub window: Window,
}

/// A search result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchHit {
    pub kind: NodeKind,
    pub id: i64,
}

/// Any change can change the results.
impl RowDependencies for SearchHit {
    fn add_dependencies(&self, dependencies: &mut DependencySet) {
        dependencies.add_everything();
    }
}

identity_key! {
    /// The key of a page of results.
    PageOfSearch(CrossKindSearch)
}

identity_key! {
    /// The key of the number of results.
    CountOfSearch(CrossKindSearch)
}

impl Loader<PageOfSearch> for BatchLoader {
    type Value = Arc<Page<SearchHit>>;
    type Error = ReadError;

    async fn load(&self, keys: &[PageOfSearch]) -> Result<HashMap<PageOfSearch, Self::Value>, ReadError> {
        let pages = try_join_all(keys.iter().map(async |key| {
            let CrossKindSearch { search, parts, window } = &*key.0;
            let page = search.page(&self.reader, parts, window).await?;
            let edges = page.hits.iter().filter_map(|hit| {
                let (kind, id) = object_of_document(hit.id)?;
                Some(Edge { node: Arc::new(SearchHit { kind, id }), cursor: cursor(hit) })
            });
            Ok::<_, ReadError>((key.clone(), Arc::new(Page { edges: edges.collect(), more: page.more })))
        }));
        Ok(pages.await?.into_iter().collect())
    }
}

impl Loader<CountOfSearch> for BatchLoader {
    type Value = i64;
    type Error = ReadError;

    async fn load(&self, keys: &[CountOfSearch]) -> Result<HashMap<CountOfSearch, i64>, ReadError> {
        let counts = try_join_all(keys.iter().map(async |key| {
            let count = key.0.search.count(&self.reader, &key.0.parts).await?;
            Ok::<_, ReadError>((key.clone(), i64::try_from(count).unwrap_or(i64::MAX)))
        }));
        Ok(counts.await?.into_iter().collect())
    }
}

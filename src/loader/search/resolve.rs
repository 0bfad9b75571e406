//! Making a query ready: whether anything has all its words, what typos were meant to be, and whether most of them must do.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::kind::NodeKind;
use futures_util::future::try_join_all;
use search_index::Snapshot;

use super::corrections::correct;
use super::hits::{Match, Search};
use super::identity_key;
use crate::domain::search::query::Query;
use crate::loader::{Catalog, ReadError, Scope};

/// A query, and of what it is asked.
pub struct Asked {
    pub query: Query,
    pub kinds: Vec<NodeKind>,
    pub snapshot: Snapshot,
}

identity_key! {
    /// The key of a query that is made ready.
    Resolving(Asked)
}

impl Loader<Resolving> for Catalog {
    type Value = Arc<Search>;
    type Error = ReadError;

    async fn load(&self, keys: &[Resolving]) -> Result<HashMap<Resolving, Arc<Search>>, ReadError> {
        let scope = self.reader.scope();
        let resolved = try_join_all(keys.iter().map(async |key| {
            let Asked { query, kinds, snapshot } = &*key.0;
            let search = resolve(snapshot.clone(), query.clone(), scope, kinds).await?;
            Ok::<_, ReadError>((key.clone(), Arc::new(search)))
        }));
        Ok(resolved.await?.into_iter().collect())
    }
}

/// Makes a query ready that is asked among `kinds`: the first way of matching by which anything is found, all words if none is.
async fn resolve(snapshot: Snapshot, query: Query, scope: Scope, kinds: &[NodeKind]) -> Result<Search, ReadError> {
    let plain = Search::new(query, Match::AllWords, snapshot.clone());
    if plain.query.clauses.is_empty() || plain.finds(scope, kinds).await? {
        return Ok(plain);
    }
    let mut query = plain.query.clone();
    if correct(&snapshot, &mut query, scope).await? {
        let corrected = Search::new(query.clone(), Match::Corrected, snapshot.clone());
        if corrected.finds(scope, kinds).await? {
            return Ok(corrected);
        }
    }
    if query.max_missing() > 0 {
        let most = Search::new(query, Match::MostWords, snapshot);
        if most.finds(scope, kinds).await? {
            return Ok(most);
        }
    }
    Ok(plain)
}

//! Plans a search: decides whether all words must match, whether typos are corrected, or whether most words suffice.

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
use crate::loader::{BatchLoader, ReadError, Scope};

/// A query over some kinds.
pub struct SearchRequest {
    pub query: Query,
    pub kinds: Vec<NodeKind>,
    pub snapshot: Snapshot,
}

identity_key! {
    /// The key of the plan of a search.
    SearchPlanKey(SearchRequest)
}

impl Loader<SearchPlanKey> for BatchLoader {
    type Value = Arc<Search>;
    type Error = ReadError;

    async fn load(&self, keys: &[SearchPlanKey]) -> Result<HashMap<SearchPlanKey, Arc<Search>>, ReadError> {
        let scope = self.reader.scope();
        let resolved = try_join_all(keys.iter().map(async |key| {
            let SearchRequest { query, kinds, snapshot } = &*key.0;
            let search = resolve(snapshot.clone(), query.clone(), scope, kinds).await?;
            Ok::<_, ReadError>((key.clone(), Arc::new(search)))
        }));
        Ok(resolved.await?.into_iter().collect())
    }
}

/// Returns the first way of matching that has results among `kinds`; matching all words if none has.
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

//! Making a query ready: whether anything has all its words, what typos were meant to be, and whether most of them must do.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::kind::NodeKind;
use futures_util::future::try_join_all;

use super::corrections::correct;
use super::hits::{Match, Search};
use crate::domain::search::query::Query;
use crate::loader::{Catalog, ReadError};

/// A query, and among what it is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub query: Query,
    pub kinds: Vec<NodeKind>,
}

/// The key of a query that is made ready.
#[derive(Clone, Debug)]
pub struct Resolving(pub Arc<Asked>);

impl PartialEq for Resolving {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Resolving {}

impl Hash for Resolving {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

/// A query that was made ready.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub search: Arc<Search>,
    /// Whether something became due of which the documents do not know yet: then they are to be told, and the query asked again.
    pub is_behind: bool,
}

impl Loader<Resolving> for Catalog {
    type Value = Resolved;
    type Error = ReadError;

    async fn load(&self, keys: &[Resolving]) -> Result<HashMap<Resolving, Resolved>, ReadError> {
        let resolved =
            try_join_all(keys.iter().map(async |key| Ok::<_, ReadError>((key.clone(), self.resolve(&key.0).await?))));
        Ok(resolved.await?.into_iter().collect())
    }
}

impl Catalog {
    async fn resolve(&self, asked: &Asked) -> Result<Resolved, ReadError> {
        let plain = Search { query: asked.query.clone(), matching: Match::AllWords };
        let (found, is_behind) = self.look(&[&plain], &asked.kinds).await?;
        let resolved = |search| Resolved { search: Arc::new(search), is_behind };
        if is_behind || found.first() == Some(&true) || plain.query.clauses.is_empty() {
            return Ok(resolved(plain));
        }
        let mut query = plain.query.clone();
        let mut choices = Vec::new();
        if correct(&self.reader, &mut query).await? {
            choices.push(Search { query: query.clone(), matching: Match::Corrected });
        }
        if query.most_words().is_some() {
            choices.push(Search { query, matching: Match::MostWords });
        }
        if choices.is_empty() {
            return Ok(resolved(plain));
        }
        let (found, _) = self.look(&choices.iter().collect::<Vec<_>>(), &asked.kinds).await?;
        let first = choices.into_iter().zip(found).find_map(|(choice, found)| found.then_some(choice));
        Ok(resolved(first.unwrap_or(plain)))
    }

    /// Whether each of `searches` finds anything that the caller sees, and whether something is due, in one statement.
    async fn look(&self, searches: &[&Search], kinds: &[NodeKind]) -> Result<(Vec<bool>, bool), ReadError> {
        let scope = self.reader.scope();
        let mut sql = self.reader.sql("SELECT CAST(EXISTS (SELECT 1 FROM scheduled WHERE due_at <= ");
        sql.bind(scope.now.0).push(") AS INTEGER)");
        for search in searches {
            sql.push(", CAST(EXISTS (SELECT 1");
            search.write_from(&mut sql, kinds);
            sql.push(" AND ");
            scope.published(&mut sql, "search_document");
            sql.push(") AS INTEGER)");
        }
        let rows = self.reader.rows(sql).await?;
        let Some(row) = rows.first() else { return Ok((Vec::new(), false)) };
        let mut columns = row.columns();
        let is_behind = columns.take::<i32>()? != 0;
        let mut found = Vec::with_capacity(searches.len());
        for _ in searches {
            found.push(columns.take::<i32>()? != 0);
        }
        Ok((found, is_behind))
    }
}

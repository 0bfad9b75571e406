//! Root lists: the visible items of a kind, filtered and sorted.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;

use super::page::{cut, read_edges, write_columns, write_limit};
use super::search::{Search, cursor, document_id, object_of_document};
use super::statistics::write_count;
use super::{BatchLoader, ById, Cursor, Edge, Filter, Page, ReadError, Reader, Window};
use crate::db::Sql;
use crate::model::Record;

/// A root list: the filter, the window and the search.
#[derive(Debug)]
pub struct Select {
    pub filter: Filter,
    pub window: Window,
    /// The search that the rows must match, if any.
    pub search: Option<Arc<Search>>,
}

/// Defines a loader key that compares a [`Select`] by identity: the fields of one connection use one page, equal
/// connections do not.
macro_rules! select_key {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        pub struct $name<T> {
            pub select: Arc<Select>,
            of: PhantomData<fn() -> T>,
        }

        impl<T> $name<T> {
            #[must_use]
            pub fn new(select: Arc<Select>) -> Self {
                Self { select, of: PhantomData }
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self::new(self.select.clone())
            }
        }

        impl<T> PartialEq for $name<T> {
            fn eq(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.select, &other.select)
            }
        }

        impl<T> Eq for $name<T> {}

        impl<T> Hash for $name<T> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                Arc::as_ptr(&self.select).hash(state);
            }
        }
    };
}

select_key! {
    /// The key of a page of a root list.
    PageSelected
}

select_key! {
    /// The key of the length of a root list.
    CountSelected
}

impl Select {
    /// Whether an index yields the rows in order, so that only invisible rows are skipped.
    fn is_walked(&self) -> bool {
        let is_whole = self.search.is_none() && self.filter.is_everything();
        is_whole && !self.window.order.counts_recommendations()
    }

    fn write_where<T: Record>(&self, sql: &mut Sql, reader: &Reader) {
        sql.push(" WHERE ");
        sql.push(T::KIND.condition()).push(" AND ");
        reader.scope().visible(sql, T::KIND);
        if !self.filter.is_everything() {
            sql.push(" AND ");
            self.filter.write(sql, reader.scope());
        }
    }
}

impl BatchLoader {
    /// Reads a page of the rows that pass the filter.
    async fn sorted<T: Record>(&self, select: &Select) -> Result<Page<T>, ReadError> {
        let (reader, window) = (&self.reader, &select.window);
        let mut sql = reader.sql("SELECT ");
        write_columns::<T>(&mut sql, reader, &window.order);
        sql.push(" FROM ").push(T::KIND.table_ref());
        window.order.write_joins(&mut sql, reader.scope());
        select.write_where::<T>(&mut sql, reader);
        window.write_bounds(&mut sql, reader.scope());
        sql.push(" ORDER BY ");
        window.order.write(&mut sql, reader.scope(), window.backward);
        write_limit(&mut sql, window);
        let rows = if select.is_walked() { reader.query_short(sql).await? } else { reader.rows(sql).await? };
        Ok(cut(read_edges(&rows, &window.order)?, window))
    }

    /// Reads a page of the rows that the search index finds.
    async fn found<T: Record>(&self, select: &Select, search: &Search) -> Result<Page<T>, ReadError> {
        let (kind, window) = (T::KIND, &select.window);
        let window = Window {
            after: window.after.clone().map(|place| document::<T>(place)),
            before: window.before.clone().map(|place| document::<T>(place)),
            ..window.clone()
        };
        let page = search.page(&self.reader, &[(kind, select.filter.clone())], &window).await?;
        let ids: Vec<ById<T>> =
            page.hits.iter().filter_map(|hit| Some(ById::new(object_of_document(hit.id)?.1))).collect();
        let rows = if ids.is_empty() { HashMap::new() } else { Loader::<ById<T>>::load(self, &ids).await? };
        let edges = page.hits.iter().filter_map(|hit| {
            let id = object_of_document(hit.id)?.1;
            // The item was unpublished after the index was read.
            let node = rows.get(&ById::new(id))?.clone();
            Some(Edge { node, cursor: Cursor { id, ..cursor(hit) } })
        });
        Ok(Page { edges: edges.collect(), more: page.more })
    }
}

/// Converts the id in a cursor to that of the document.
fn document<T: Record>(place: Cursor) -> Cursor {
    Cursor { id: document_id(T::KIND, place.id), ..place }
}

impl<T: Record> Loader<PageSelected<T>> for BatchLoader {
    type Value = Arc<Page<T>>;
    type Error = ReadError;

    async fn load(&self, keys: &[PageSelected<T>]) -> Result<HashMap<PageSelected<T>, Self::Value>, ReadError> {
        let pages = try_join_all(keys.iter().map(async |key| {
            let page = match &key.select.search {
                Some(search) => self.found(&key.select, search).await?,
                None => self.sorted(&key.select).await?,
            };
            Ok::<_, ReadError>((key.clone(), Arc::new(page)))
        }))
        .await?;
        Ok(pages.into_iter().collect())
    }
}

impl<T: Record> Loader<CountSelected<T>> for BatchLoader {
    type Value = i64;
    type Error = ReadError;

    async fn load(&self, keys: &[CountSelected<T>]) -> Result<HashMap<CountSelected<T>, i64>, ReadError> {
        let counts = try_join_all(keys.iter().map(async |key| {
            let count = match &key.select.search {
                Some(search) => {
                    let filter = (T::KIND, key.select.filter.clone());
                    i64::try_from(search.count(&self.reader, &[filter]).await?).unwrap_or(i64::MAX)
                }
                None => self.count::<T>(&key.select).await?,
            };
            Ok::<_, ReadError>((key.clone(), count))
        }))
        .await?;
        Ok(counts.into_iter().collect())
    }
}

impl BatchLoader {
    async fn count<T: Record>(&self, select: &Select) -> Result<i64, ReadError> {
        let mut sql = self.reader.sql("");
        write_count(&mut sql, |sql| {
            sql.push(" FROM ").push(T::KIND.table_ref());
            select.write_where::<T>(sql, &self.reader);
        });
        let rows = self.reader.rows(sql).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.columns().read_next())?)
    }
}

//! The root lists: all items of a kind that the caller may see, filtered and sorted as asked.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;

use super::count::write_count;
use super::page::{cut, read_edges, write_columns, write_limit};
use super::search::Search;
use super::{Catalog, Filter, Page, ReadError, Reader, Window};
use crate::db::Sql;
use crate::model::Record;

/// A list at the root: which rows, and which part of them.
#[derive(Debug)]
pub struct Select {
    pub filter: Filter,
    pub window: Window,
    /// What the rows must match, where something is searched for.
    pub search: Option<Arc<Search>>,
}

/// Writes a key that is one particular [`Select`]: two fields of one connection share its page, two connections that
/// ask alike do not.
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
    /// The key of a root list's page.
    PageSelected
}

select_key! {
    /// The key of a root list's length.
    CountSelected
}

impl Select {
    /// Whether an index leads to the rows in their order, and none is left out on the way but what is not visible.
    fn is_walked(&self) -> bool {
        let is_whole = self.search.is_none() && self.filter.is_everything();
        is_whole && !self.window.order.counts_recommendations()
    }

    /// Adds `FROM …`: the rows, with their scores where they are to be `scored`.
    fn write_from<T: Record>(&self, sql: &mut Sql, scored: bool) {
        let kind = T::KIND;
        sql.push(" FROM ");
        if let Some(search) = &self.search {
            if scored {
                search.write_hits(sql, kind);
            } else {
                search.write_matches(sql, kind);
            }
            sql.push(&format!(" JOIN {} ON {kind}.id = hit.id", kind.table_ref()));
        } else {
            sql.push(kind.table_ref());
        }
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

impl<T: Record> Loader<PageSelected<T>> for Catalog {
    type Value = Arc<Page<T>>;
    type Error = ReadError;

    async fn load(&self, keys: &[PageSelected<T>]) -> Result<HashMap<PageSelected<T>, Self::Value>, ReadError> {
        let pages = try_join_all(keys.iter().map(async |key| {
            let window = &key.select.window;
            let mut sql = self.reader.sql("SELECT ");
            write_columns::<T>(&mut sql, &self.reader, &window.order);
            key.select.write_from::<T>(&mut sql, window.order.is_by_relevance());
            window.order.write_joins(&mut sql, self.reader.scope());
            key.select.write_where::<T>(&mut sql, &self.reader);
            window.write_bounds(&mut sql, self.reader.scope());
            sql.push(" ORDER BY ");
            window.order.write(&mut sql, self.reader.scope(), window.backward);
            write_limit(&mut sql, window);
            let reader = &self.reader;
            let rows = if key.select.is_walked() { reader.brief(sql).await? } else { reader.rows(sql).await? };
            Ok::<_, ReadError>((key.clone(), Arc::new(cut(read_edges(&rows, &window.order)?, window))))
        }))
        .await?;
        Ok(pages.into_iter().collect())
    }
}

impl<T: Record> Loader<CountSelected<T>> for Catalog {
    type Value = i64;
    type Error = ReadError;

    async fn load(&self, keys: &[CountSelected<T>]) -> Result<HashMap<CountSelected<T>, i64>, ReadError> {
        let counts = try_join_all(keys.iter().map(async |key| {
            let mut sql = self.reader.sql("");
            write_count(&mut sql, |sql| {
                key.select.write_from::<T>(sql, false);
                key.select.write_where::<T>(sql, &self.reader);
            });
            let rows = self.reader.rows(sql).await?;
            let count = rows.first().map_or(Ok(0), |row| row.columns().take())?;
            Ok::<_, ReadError>((key.clone(), count))
        }))
        .await?;
        Ok(counts.into_iter().collect())
    }
}

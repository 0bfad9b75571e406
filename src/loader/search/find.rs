//! Finding across kinds: the documents that match, whatever they are of.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::kind::{NodeKind, TAG_MASK};
use futures_util::future::try_join_all;
use sea_orm::DbErr;

use super::{Search, row_of_document, thing_of};
use crate::db::{Columns, Sql};
use crate::loader::count::write_count;
use crate::loader::page::{cut, read_edges, write_columns, write_limit};
use crate::loader::{Catalog, Filter, Grounds, Page, ReadError, Rowed, Scope, Standing, Window};

/// A list of what was found: which documents, and which part of them.
#[derive(Debug)]
pub struct Find {
    pub search: Arc<Search>,
    /// The kinds that are looked through, each with the filter that its rows pass.
    pub parts: Vec<(NodeKind, Filter)>,
    pub window: Window,
}

/// A thing that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub kind: NodeKind,
    pub id: i64,
}

/// One of the things that were found.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    pub found: Found,
    /// How many were found altogether: they were all looked at to learn which come first.
    pub total: i64,
}

/// Pages of these rest on everything.
impl Standing for Hit {
    fn things(&self, on: &mut Grounds) {
        on.add_everything();
    }
}

impl Rowed for Hit {
    fn write_columns(sql: &mut Sql, _: &str) {
        sql.push("hit.id, hit.total");
    }

    fn read_row(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        let document: i64 = columns.take()?;
        let (kind, id) =
            thing_of(document).ok_or_else(|| DbErr::Type(format!("{document} is no document of this catalog")))?;
        Ok(Self { found: Found { kind, id }, total: columns.take()? })
    }
}

/// Writes a key that is one particular [`Find`].
macro_rules! find_key {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name(pub Arc<Find>);

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.0, &other.0)
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                Arc::as_ptr(&self.0).hash(state);
            }
        }
    };
}

find_key! {
    /// The key of a page of what was found.
    PageFound
}

find_key! {
    /// The key of how many were found.
    CountFound
}

impl Find {
    /// Adds `FROM (…) AS hit`: the documents that match, pass their filter and are visible; with their scores, and how many they are,
    /// where they are to be `scored`.
    fn write_from(&self, sql: &mut Sql, scope: Scope, scored: bool) {
        sql.push(" FROM (WITH hit AS MATERIALIZED (SELECT search_document.id AS id, ");
        if scored {
            self.search.write_score(sql);
        } else {
            sql.push("0");
        }
        sql.push(" AS score, search_document.recommendations AS recommendations");
        let kinds: Vec<NodeKind> = self.parts.iter().map(|(kind, _)| *kind).collect();
        self.search.write_from(sql, &kinds);
        sql.push(" AND ");
        scope.published(sql, "search_document");
        for (kind, filter) in self.parts.iter().filter(|(_, filter)| !filter.is_everything()) {
            let row = row_of_document(*kind, "search_document.id");
            sql.push(&format!(" AND ((search_document.id & {TAG_MASK}) <> {}", kind.tag()));
            sql.push(&format!(" OR {row} IN (SELECT {kind}.id FROM {} AND ", kind.filtered_table_ref()));
            filter.write(sql, scope);
            sql.push("))");
        }
        sql.push(") SELECT id, score, recommendations");
        if scored {
            sql.push(", (SELECT COUNT(*) FROM hit) AS total");
        }
        sql.push(" FROM hit) AS hit");
    }
}

impl Loader<PageFound> for Catalog {
    type Value = Arc<Page<Hit>>;
    type Error = ReadError;

    async fn load(&self, keys: &[PageFound]) -> Result<HashMap<PageFound, Self::Value>, ReadError> {
        let pages = try_join_all(keys.iter().map(async |key| {
            let window = &key.0.window;
            let mut sql = self.reader.sql("SELECT ");
            write_columns::<Hit>(&mut sql, &self.reader, &window.order);
            key.0.write_from(&mut sql, self.reader.scope(), true);
            sql.push(" WHERE TRUE");
            window.write_bounds(&mut sql, self.reader.scope());
            sql.push(" ORDER BY ");
            window.order.write(&mut sql, self.reader.scope(), window.backward);
            write_limit(&mut sql, window);
            let rows = self.reader.rows(sql).await?;
            Ok::<_, ReadError>((key.clone(), Arc::new(cut(read_edges(&rows, &window.order)?, window))))
        }));
        Ok(pages.await?.into_iter().collect())
    }
}

impl Loader<CountFound> for Catalog {
    type Value = i64;
    type Error = ReadError;

    async fn load(&self, keys: &[CountFound]) -> Result<HashMap<CountFound, i64>, ReadError> {
        let counts = try_join_all(keys.iter().map(async |key| {
            let mut sql = self.reader.sql("");
            write_count(&mut sql, |sql| key.0.write_from(sql, self.reader.scope(), false));
            let rows = self.reader.rows(sql).await?;
            let count = rows.first().map_or(Ok(0), |row| row.columns().take())?;
            Ok::<_, ReadError>((key.clone(), count))
        }));
        Ok(counts.await?.into_iter().collect())
    }
}

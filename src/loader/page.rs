//! Pages: a window of the rows of each of several parents, limited in SQL.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;
use sea_orm::DbErr;

use super::relation::{Parents, PositionSource};
use super::{BatchLoader, Cursor, Order, ReadError, Reader, Relation, RowDependencies, SortValue, Window};
use crate::db::{Columns, Engine, Row, Sql};
use crate::model::{HeapSize, Record};

/// A type that pages consist of.
pub trait PageRow: RowDependencies + HeapSize + Sized + Send + Sync + 'static {
    /// Adds the columns that [`PageRow::read_row`] reads. `position` is the SQL expression for the position in the reading
    /// list.
    fn write_columns(sql: &mut Sql, position: &str);

    /// Reads a row.
    ///
    /// # Errors
    /// When a column has an unexpected value.
    fn read_row(columns: &mut Columns<'_>) -> Result<Self, DbErr>;

    /// Sets the position in the reading list, if it was counted while the rows were read.
    fn set_position(&mut self, _: i64) {}
}

impl<T: Record> PageRow for T {
    fn write_columns(sql: &mut Sql, _: &str) {
        sql.push(T::COLUMNS);
    }

    fn read_row(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        T::read(columns)
    }
}

/// A row of a page, and its cursor.
#[derive(Debug)]
pub struct Edge<T> {
    pub node: Arc<T>,
    pub cursor: Cursor,
}

/// A window of a list.
#[derive(Debug)]
pub struct Page<T> {
    pub edges: Vec<Edge<T>>,
    /// Whether there are more rows in the direction of the page.
    pub more: bool,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { edges: Vec::new(), more: false }
    }
}

/// The key of a page of rows of type `T`: the relation, the parent and the window.
pub struct PageOf<T> {
    pub relation: Relation,
    pub parent: i64,
    pub window: Arc<Window>,
    of: PhantomData<fn() -> T>,
}

impl<T> PageOf<T> {
    #[must_use]
    pub fn new(relation: Relation, parent: i64, window: Arc<Window>) -> Self {
        Self { relation, parent, window, of: PhantomData }
    }
}

impl<T> Clone for PageOf<T> {
    fn clone(&self) -> Self {
        Self::new(self.relation.clone(), self.parent, self.window.clone())
    }
}

impl<T> PartialEq for PageOf<T> {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent && self.relation == other.relation && self.window == other.window
    }
}

impl<T> Eq for PageOf<T> {}

impl<T> Hash for PageOf<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
        self.relation.hash(state);
    }
}

impl<T: PageRow> Loader<PageOf<T>> for BatchLoader {
    type Value = Arc<Page<T>>;
    type Error = ReadError;

    async fn load(&self, keys: &[PageOf<T>]) -> Result<HashMap<PageOf<T>, Self::Value>, ReadError> {
        let mut statements: HashMap<(&Relation, &Arc<Window>), Vec<i64>> = HashMap::new();
        for key in keys {
            statements.entry((&key.relation, &key.window)).or_default().push(key.parent);
        }
        let pages = try_join_all(statements.into_iter().map(async |((relation, window), parents)| {
            let pages = pages::<T>(&self.reader, relation, window, &parents).await?;
            Ok::<_, ReadError>((relation, window, pages))
        }))
        .await?;
        let pages = pages.into_iter().flat_map(|(relation, window, pages)| {
            pages
                .into_iter()
                .map(|(parent, page)| (PageOf::new(relation.clone(), parent, window.clone()), Arc::new(page)))
        });
        Ok(pages.collect())
    }
}

async fn pages<T: PageRow>(
    reader: &Reader,
    relation: &Relation,
    window: &Window,
    parents: &[i64],
) -> Result<HashMap<i64, Page<T>>, ReadError> {
    let sql = match parents {
        // With one parent, a plain limit lets the database stop early.
        [_] => one_parent::<T>(reader, relation, window, parents),
        _ if let Some(sql) = few_of_each::<T>(reader, relation, window, parents) => sql,
        _ => many_parents::<T>(reader, relation, window, parents),
    };
    let mut rows: HashMap<i64, Vec<Edge<T>>> = HashMap::new();
    for row in reader.query_short(sql).await? {
        let mut columns = row.columns();
        let parent = columns.read_next()?;
        let edges = rows.entry(parent).or_default();
        let mut node = T::read_row(&mut columns)?;
        if relation.position_source(window) == PositionSource::RowOrder {
            node.set_position(i64::try_from(edges.len()).unwrap_or(i64::MAX).saturating_add(1));
        }
        edges.push(read_cursor(Arc::new(node), &mut columns, &window.order)?);
    }
    Ok(rows.into_iter().map(|(parent, edges)| (parent, cut(edges, window))).collect())
}

fn one_parent<T: PageRow>(reader: &Reader, relation: &Relation, window: &Window, parents: &[i64]) -> Sql {
    let mut sql = reader.sql("SELECT ");
    write_selection::<T>(&mut sql, reader, relation, window);
    relation.write_from(&mut sql, reader.scope(), Parents::These(parents), relation.position_source(window));
    window.write_bounds(&mut sql, reader.scope());
    sql.push(" ORDER BY ");
    window.order.write(&mut sql, reader.scope(), window.backward);
    write_limit(&mut sql, window);
    sql
}

fn many_parents<T: PageRow>(reader: &Reader, relation: &Relation, window: &Window, parents: &[i64]) -> Sql {
    let mut sql = reader.sql("SELECT * FROM (SELECT ");
    write_selection::<T>(&mut sql, reader, relation, window);
    sql.push(", ROW_NUMBER() OVER (PARTITION BY ").push(relation.parent()).push(" ORDER BY ");
    window.order.write(&mut sql, reader.scope(), window.backward);
    sql.push(") AS number_in_parent");
    relation.write_from(&mut sql, reader.scope(), Parents::These(parents), relation.position_source(window));
    window.write_bounds(&mut sql, reader.scope());
    sql.push(&format!(") AS page WHERE number_in_parent <= {}", u64::from(window.limit) + 1));
    sql.push(" ORDER BY number_in_parent");
    sql
}

/// SQLite would read all rows of all parents, with all their columns, before it applies a limit per parent. So a
/// subquery first finds as few entries of each parent as are needed. `None` if the rows are not entries, or need other
/// joins than those of the entries.
fn few_of_each<T: PageRow>(reader: &Reader, relation: &Relation, window: &Window, parents: &[i64]) -> Option<Sql> {
    let source = relation.position_source(window);
    let joins = relation.joins(source)?;
    let mut sql = reader.sql("SELECT given.value AS parent, ");
    if sql.engine() != Engine::Sqlite {
        return None;
    }
    T::write_columns(&mut sql, source.expression());
    write_keys(&mut sql, reader, &window.order);
    sql.push(" FROM json_each(").bind(serde_json::json!(parents).to_string()).push(") AS given");
    sql.push(" JOIN reading_list_entry ON reading_list_entry.id IN (SELECT reading_list_entry.id");
    relation.write_from(&mut sql, reader.scope(), Parents::Given, source);
    window.write_bounds(&mut sql, reader.scope());
    sql.push(" ORDER BY ");
    window.order.write(&mut sql, reader.scope(), window.backward);
    write_limit(&mut sql, window);
    sql.push(")").push(joins).push(" ORDER BY ");
    window.order.write(&mut sql, reader.scope(), window.backward);
    Some(sql)
}

/// Adds the limit, one more than the size of the page. Not as a bound value: PostgreSQL's generic plans would assume a
/// tenth of the table.
pub(super) fn write_limit(sql: &mut Sql, window: &Window) {
    sql.push(&format!(" LIMIT {}", u64::from(window.limit) + 1));
}

fn write_selection<T: PageRow>(sql: &mut Sql, reader: &Reader, relation: &Relation, window: &Window) {
    sql.push(relation.parent()).push(" AS parent, ");
    T::write_columns(sql, relation.position_source(window).expression());
    write_keys(sql, reader, &window.order);
}

/// Adds the columns that [`read_edges`] reads, for rows that are not on a reading list.
pub(super) fn write_columns<T: PageRow>(sql: &mut Sql, reader: &Reader, order: &Order) {
    T::write_columns(sql, "");
    write_keys(sql, reader, order);
}

fn write_keys(sql: &mut Sql, reader: &Reader, order: &Order) {
    for (number, key) in order.keys.iter().enumerate() {
        // All numbers have the same width, so that they can be read without checking their type.
        sql.push(if key.is_text() { ", " } else { ", CAST(" });
        key.write(sql, reader.scope());
        sql.push(if key.is_text() { "" } else { " AS BIGINT)" });
        sql.push(&format!(" AS key_{number}"));
    }
    sql.push(", ").push(order.id).push(" AS key_id");
}

fn read_cursor<T>(node: Arc<T>, columns: &mut Columns<'_>, order: &Order) -> Result<Edge<T>, ReadError> {
    let mut values = Vec::with_capacity(order.keys.len());
    for key in order.keys.iter() {
        values.push(if key.is_text() {
            SortValue::Text(columns.read_next()?)
        } else {
            columns.read_next::<Option<i64>>()?.map_or(SortValue::Null, SortValue::Number)
        });
    }
    Ok(Edge { node, cursor: Cursor { values, id: columns.read_next()? } })
}

/// Limits the rows to the window. The statement selected one row more, to learn whether there are more, and a backward
/// window in reverse order.
pub(super) fn cut<T>(mut edges: Vec<Edge<T>>, window: &Window) -> Page<T> {
    let limit = window.limit as usize;
    let more = edges.len() > limit;
    edges.truncate(limit);
    if window.backward {
        edges.reverse();
    }
    Page { edges, more }
}

pub(super) fn read_edges<T: PageRow>(rows: &[Row], order: &Order) -> Result<Vec<Edge<T>>, ReadError> {
    let read = |row: &Row| {
        let mut columns = row.columns();
        let node = Arc::new(T::read_row(&mut columns)?);
        read_cursor(node, &mut columns, order)
    };
    rows.iter().map(read).collect()
}

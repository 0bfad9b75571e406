//! Rows in one allocation, and their columns in order.

use std::ops::Range;
use std::sync::Arc;

use sea_orm::{DbErr, QueryResult};
use sqlx::postgres::{PgRow, PgValueRef};
use sqlx::sqlite::{SqliteRow, SqliteValueRef};
use sqlx::{Database, Decode, Postgres, Row as _, Sqlite, TypeInfo, ValueRef};

/// A row of a result.
pub struct Row {
    set: Arc<RowSet>,
    number: usize,
}

impl Row {
    /// Returns the columns, in the order of the `SELECT`.
    #[must_use]
    pub fn columns(&self) -> Columns<'_> {
        Columns { row: self, next: 0 }
    }

    /// Returns the last `count` columns.
    pub(super) fn last_columns(&self, count: usize) -> Columns<'_> {
        Columns { row: self, next: self.set.width.saturating_sub(count) }
    }
}

/// The columns of one row, read one after the other in the order of the `SELECT`.
pub struct Columns<'a> {
    row: &'a Row,
    next: usize,
}

impl Columns<'_> {
    /// Reads the next column, and converts its value.
    ///
    /// # Errors
    /// When the column has another type, or there is none left.
    pub fn read_next<T: FromColumn>(&mut self) -> Result<T, DbErr> {
        let number = self.next;
        self.next += 1;
        self.row.set.column(self.row.number, number).and_then(T::from_column).ok_or_else(|| type_error(number))
    }

    /// Skips `count` columns.
    pub fn skip(&mut self, count: usize) {
        self.next += count;
    }
}

fn type_error(column: usize) -> DbErr {
    DbErr::Type(format!("column {column} has an unexpected type"))
}

/// The value of a column.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    Null,
    /// A number, or 0 and 1 for false and true.
    Integer(i64),
    Real(f64),
    Text(&'a str),
}

/// A type that columns can be converted to.
pub trait FromColumn: Sized {
    /// Converts a value; `None` if it has another type.
    fn from_column(column: Column<'_>) -> Option<Self>;
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(column: Column<'_>) -> Option<Self> {
        if matches!(column, Column::Null) { Some(None) } else { T::from_column(column).map(Some) }
    }
}

impl FromColumn for i64 {
    fn from_column(column: Column<'_>) -> Option<Self> {
        if let Column::Integer(number) = column { Some(number) } else { None }
    }
}

impl FromColumn for i32 {
    fn from_column(column: Column<'_>) -> Option<Self> {
        i64::from_column(column)?.try_into().ok()
    }
}

impl FromColumn for bool {
    fn from_column(column: Column<'_>) -> Option<Self> {
        i64::from_column(column).map(|number| number != 0)
    }
}

impl FromColumn for f64 {
    #[expect(clippy::cast_precision_loss, reason = "SQLite stores some real numbers as integers")]
    fn from_column(column: Column<'_>) -> Option<Self> {
        match column {
            Column::Real(number) => Some(number),
            Column::Integer(number) => Some(number as Self),
            Column::Null | Column::Text(_) => None,
        }
    }
}

impl FromColumn for String {
    fn from_column(column: Column<'_>) -> Option<Self> {
        if let Column::Text(text) = column { Some(text.to_owned()) } else { None }
    }
}

enum StoredValue {
    Null,
    Integer(i64),
    Real(f64),
    Text(Range<usize>),
}

/// Rows of the same width, with all texts in one string.
pub struct RowSet {
    width: usize,
    all: Vec<StoredValue>,
    texts: String,
}

impl RowSet {
    pub fn new(width: usize) -> Self {
        Self { width, all: Vec::new(), texts: String::new() }
    }

    /// Adds the next value. Returns whether the type is supported.
    pub fn push_null(&mut self) -> bool {
        self.all.push(StoredValue::Null);
        true
    }

    pub fn push_integer(&mut self, number: i64) -> bool {
        self.all.push(StoredValue::Integer(number));
        true
    }

    pub fn push_real(&mut self, number: f64) -> bool {
        self.all.push(StoredValue::Real(number));
        true
    }

    pub fn push_text(&mut self, text: &[u8]) -> bool {
        let Ok(text) = str::from_utf8(text) else { return false };
        let start = self.texts.len();
        self.texts.push_str(text);
        self.all.push(StoredValue::Text(start..self.texts.len()));
        true
    }

    pub fn into_rows(self) -> Vec<Row> {
        let count = self.all.len().checked_div(self.width).unwrap_or_default();
        let set = Arc::new(self);
        (0..count).map(|number| Row { set: set.clone(), number }).collect()
    }

    fn column(&self, row: usize, column: usize) -> Option<Column<'_>> {
        let cell = if column < self.width { self.all.get(row * self.width + column)? } else { return None };
        Some(match cell {
            StoredValue::Null => Column::Null,
            StoredValue::Integer(number) => Column::Integer(*number),
            StoredValue::Real(number) => Column::Real(*number),
            StoredValue::Text(range) => Column::Text(&self.texts[range.clone()]),
        })
    }

    /// Adds a value of PostgreSQL, which has several text types.
    fn push_postgres(&mut self, value: PgValueRef<'_>) -> bool {
        if value.is_null() {
            return self.push_null();
        }
        let kind = value.type_info().into_owned();
        match kind.name() {
            "INT8" => read::<Postgres, i64>(value).is_some_and(|number| self.push_integer(number)),
            "INT4" => read::<Postgres, i32>(value).is_some_and(|number| self.push_integer(number.into())),
            "BOOL" => read::<Postgres, bool>(value).is_some_and(|is| self.push_integer(is.into())),
            "FLOAT8" => read::<Postgres, f64>(value).is_some_and(|number| self.push_real(number)),
            _ => read::<Postgres, &str>(value).is_some_and(|text| self.push_text(text.as_bytes())),
        }
    }

    /// Adds a value of SQLite that was read on another thread.
    fn push_sqlite(&mut self, value: SqliteValueRef<'_>) -> bool {
        if value.is_null() {
            return self.push_null();
        }
        let kind = value.type_info().into_owned();
        match kind.name() {
            "INTEGER" | "BOOLEAN" => read::<Sqlite, i64>(value).is_some_and(|number| self.push_integer(number)),
            "REAL" => read::<Sqlite, f64>(value).is_some_and(|number| self.push_real(number)),
            "TEXT" => read::<Sqlite, &str>(value).is_some_and(|text| self.push_text(text.as_bytes())),
            _ => false,
        }
    }
}

fn read<'r, D: Database, T: Decode<'r, D>>(value: D::ValueRef<'r>) -> Option<T> {
    T::decode(value).ok()
}

/// Copies the rows of a query.
///
/// # Errors
/// When a column has an unsupported type.
pub(super) fn gather(results: &[QueryResult]) -> Result<Vec<Row>, DbErr> {
    let mut row_set = None;
    for row in results {
        match (row.try_as_pg_row(), row.try_as_sqlite_row()) {
            (Some(row), _) => {
                let set = row_set.get_or_insert_with(|| RowSet::new(row.len()));
                gather_row(row.len(), |column| Ok(set.push_postgres(PgRow::try_get_raw(row, column)?)))?;
            }
            (_, Some(row)) => {
                let set = row_set.get_or_insert_with(|| RowSet::new(row.len()));
                gather_row(row.len(), |column| Ok(set.push_sqlite(SqliteRow::try_get_raw(row, column)?)))?;
            }
            _ => return Err(DbErr::Type("a row of an unsupported engine".to_owned())),
        }
    }
    Ok(row_set.map(RowSet::into_rows).unwrap_or_default())
}

fn gather_row(width: usize, mut push: impl FnMut(usize) -> Result<bool, sqlx::Error>) -> Result<(), DbErr> {
    for column in 0..width {
        if !push(column).is_ok_and(|is_supported| is_supported) {
            return Err(type_error(column));
        }
    }
    Ok(())
}

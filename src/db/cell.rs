//! Rows, and the columns that are taken from them one after the other, whoever read them.

use std::ops::Range;
use std::sync::Arc;

use sea_orm::sea_query::{ColumnType, Value, ValueType};
use sea_orm::{DbErr, QueryResult, TryGetable};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

/// One row of an answer.
pub struct Row(From);

enum From {
    /// As sea-orm gives it.
    Sent(QueryResult),
    /// A row of what was gathered into one piece of memory, by its number.
    Gathered(Arc<Cells>, usize),
}

impl Row {
    pub(super) fn sent(row: QueryResult) -> Self {
        Self(From::Sent(row))
    }

    /// The row's columns, from the first.
    #[must_use]
    pub fn columns(&self) -> Columns<'_> {
        Columns { row: &self.0, next: 0 }
    }
}

/// The columns of one row, taken one after the other in the order of the `SELECT`.
pub struct Columns<'a> {
    row: &'a From,
    next: usize,
}

impl Columns<'_> {
    /// Takes the next column.
    ///
    /// # Errors
    /// When the column is of another type, or there is none left.
    pub fn take<T: TryGetable + ValueType>(&mut self) -> Result<T, DbErr> {
        let column = self.next;
        let value = match self.row {
            From::Sent(row) => match (row.try_as_pg_row(), Sort::of::<T>()) {
                (Some(row), Some(sort)) => sort.of_postgres(row, column)?,
                _ => return self.take_as_sent(row),
            },
            From::Gathered(cells, number) => {
                cells.value(*number, column, Sort::of::<T>()).ok_or_else(|| is_another(column))?
            }
        };
        self.next += 1;
        T::try_from(value).map_err(|_| is_another(column))
    }

    /// With all that the libraries ask about the column before they read it.
    fn take_as_sent<T: TryGetable>(&mut self, row: &QueryResult) -> Result<T, DbErr> {
        let value = row.try_get_by_index(self.next)?;
        self.next += 1;
        Ok(value)
    }

    /// Passes over `count` columns.
    pub fn skip(&mut self, count: usize) {
        self.next += count;
    }
}

fn is_another(column: usize) -> DbErr {
    DbErr::Type(format!("column {column} is of another type"))
}

/// Which of the values that we keep a type is read from.
#[derive(Clone, Copy)]
enum Sort {
    Int,
    BigInt,
    Bool,
    Double,
    Text,
}

impl Sort {
    fn of<T: ValueType>() -> Option<Self> {
        Some(match T::column_type() {
            ColumnType::Integer => Self::Int,
            ColumnType::BigInteger => Self::BigInt,
            ColumnType::Boolean => Self::Bool,
            ColumnType::Double => Self::Double,
            ColumnType::Text | ColumnType::String(_) => Self::Text,
            _ => return None,
        })
    }

    fn of_postgres(self, row: &PgRow, column: usize) -> Result<Value, DbErr> {
        let value = match self {
            Self::Int => row.try_get(column).map(Value::Int),
            Self::BigInt => row.try_get(column).map(Value::BigInt),
            Self::Bool => row.try_get(column).map(Value::Bool),
            Self::Double => row.try_get(column).map(Value::Double),
            // Every text of ours is one of PostgreSQL's kinds of it, which need not be told apart.
            Self::Text => row.try_get_unchecked(column).map(Value::String),
        };
        value.map_err(|_| is_another(column))
    }
}

enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(Range<usize>),
}

/// Rows of the same width, their texts in one.
pub struct Cells {
    width: usize,
    all: Vec<Cell>,
    texts: String,
}

impl Cells {
    pub fn new(width: usize) -> Self {
        Self { width, all: Vec::new(), texts: String::new() }
    }

    /// Adds the next cell, as do those that follow. Says whether it could.
    pub fn push_null(&mut self) -> bool {
        self.all.push(Cell::Null);
        true
    }

    pub fn push_integer(&mut self, number: i64) -> bool {
        self.all.push(Cell::Integer(number));
        true
    }

    pub fn push_real(&mut self, number: f64) -> bool {
        self.all.push(Cell::Real(number));
        true
    }

    pub fn push_text(&mut self, text: &[u8]) -> bool {
        let Ok(text) = str::from_utf8(text) else { return false };
        let start = self.texts.len();
        self.texts.push_str(text);
        self.all.push(Cell::Text(start..self.texts.len()));
        true
    }

    pub fn into_rows(self) -> Vec<Row> {
        let count = self.all.len().checked_div(self.width).unwrap_or_default();
        let cells = Arc::new(self);
        (0..count).map(|number| Row(From::Gathered(cells.clone(), number))).collect()
    }

    fn value(&self, row: usize, column: usize, sort: Option<Sort>) -> Option<Value> {
        let cell = if column < self.width { self.all.get(row * self.width + column)? } else { return None };
        Some(match (sort?, cell) {
            (Sort::Int, Cell::Null) => Value::Int(None),
            (Sort::BigInt, Cell::Null) => Value::BigInt(None),
            (Sort::Bool, Cell::Null) => Value::Bool(None),
            (Sort::Double, Cell::Null) => Value::Double(None),
            (Sort::Text, Cell::Null) => Value::String(None),
            (Sort::Int, Cell::Integer(number)) => Value::Int(Some((*number).try_into().ok()?)),
            (Sort::BigInt, Cell::Integer(number)) => Value::BigInt(Some(*number)),
            (Sort::Bool, Cell::Integer(number)) => Value::Bool(Some(*number != 0)),
            #[expect(clippy::cast_precision_loss, reason = "SQLite keeps a whole number where a real one was meant")]
            (Sort::Double, Cell::Integer(number)) => Value::Double(Some(*number as f64)),
            (Sort::Double, Cell::Real(number)) => Value::Double(Some(*number)),
            (Sort::Text, Cell::Text(range)) => Value::String(Some(self.texts[range.clone()].to_owned())),
            _ => return None,
        })
    }
}

//! Values of columns.

/// The value of a document in a column. Unknown values sort last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    Number(i64),
    Text(String),
    Unknown,
}

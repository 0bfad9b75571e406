//! Results of a search.

use crate::value::Value;

/// A result: a document, and its position in a [`HitOrder`](crate::HitOrder).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub id: i64,
    /// The value of each sort key.
    pub values: Vec<Value>,
}

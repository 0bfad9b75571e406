//! Cursors: the position of a row in an order, by its sort keys. Opaque to clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::Order;
use crate::db::Sql;

/// The maximum length of a cursor in bytes. Sort keys are bounded, so that our own cursors are shorter.
const MAX_LENGTH: usize = 8 * 1024;

/// A value of a sort key or a filter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SortValue {
    Null,
    Number(i64),
    Text(String),
}

impl From<i32> for SortValue {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for SortValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for SortValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl SortValue {
    /// Adds the value to a statement.
    pub(super) fn bind(&self, sql: &mut Sql) {
        match self {
            Self::Null => sql.push("NULL"),
            Self::Number(number) => sql.bind(*number),
            Self::Text(text) => sql.bind(text.clone()),
        };
    }
}

/// A position in an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub values: Vec<SortValue>,
    pub id: i64,
}

/// Why a text is not a cursor of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    #[error("is not a cursor: pass a cursor from a page of this list")]
    Malformed,
    #[error("is a cursor of another order or list: omit it, or keep the order")]
    OtherOrder,
}

impl Cursor {
    /// Returns the cursor in the form that clients receive.
    #[must_use]
    pub fn encode(&self, order: &Order) -> String {
        let content = (&order.name, &self.values, self.id);
        // A tuple of texts and numbers always has a JSON form.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&content).unwrap_or_default())
    }

    /// Reads a cursor that [`Cursor::encode`] wrote for the same order.
    ///
    /// # Errors
    /// When the text is not a cursor, or a cursor of another order.
    pub fn decode(text: &str, order: &Order) -> Result<Self, CursorError> {
        if text.len() > MAX_LENGTH {
            return Err(CursorError::Malformed);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError::Malformed)?;
        let (name, values, id): (String, Vec<SortValue>, i64) =
            serde_json::from_slice(&bytes).map_err(|_| CursorError::Malformed)?;
        if name != order.name {
            return Err(CursorError::OtherOrder);
        }
        let fits = values.len() == order.keys.len()
            && values.iter().zip(order.keys.iter()).all(|(value, key)| match value {
                SortValue::Null => key.is_nullable(),
                SortValue::Number(_) => !key.is_text(),
                // PostgreSQL stores no null characters, so none of our texts has one.
                SortValue::Text(text) => key.is_text() && !text.contains('\0'),
            });
        if fits { Ok(Self { values, id }) } else { Err(CursorError::Malformed) }
    }
}

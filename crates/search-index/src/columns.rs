//! The columns of a segment.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use tantivy::columnar::{Column, ColumnValues, StrColumn};
use tantivy::{DocId, SegmentReader};

use crate::error::Error;
use crate::layout::Layout;
use crate::schema::{ID, KIND, VISIBLE_FROM};

/// The columns of a segment.
pub struct Columns {
    id: Arc<dyn ColumnValues<i64>>,
    kind: Arc<dyn ColumnValues<u64>>,
    visible_from: Arc<dyn ColumnValues<i64>>,
    numbers: BTreeMap<&'static str, Column<i64>>,
    texts: BTreeMap<&'static str, StrColumn>,
}

impl Columns {
    pub fn of(segment: &SegmentReader, layout: &Layout) -> Result<Self, Error> {
        let fields = segment.fast_fields();
        let mut numbers = BTreeMap::new();
        for name in [ID, VISIBLE_FROM].iter().chain(layout.numbers) {
            numbers.insert(*name, fields.i64(name)?);
        }
        let mut texts = BTreeMap::new();
        for name in layout.texts {
            // tantivy stores no text column without values.
            if let Some(column) = fields.str(name)? {
                texts.insert(*name, column);
            }
        }
        Ok(Self {
            id: fields.column_first_or_default(ID)?,
            kind: fields.column_first_or_default(KIND)?,
            visible_from: fields.column_first_or_default(VISIBLE_FROM)?,
            numbers,
            texts,
        })
    }

    pub fn id(&self, document: DocId) -> i64 {
        self.id.get_val(document)
    }

    pub fn kind(&self, document: DocId) -> u8 {
        // A document is written with a kind of one byte.
        self.kind.get_val(document).to_le_bytes()[0]
    }

    pub fn visible_from(&self, document: DocId) -> i64 {
        self.visible_from.get_val(document)
    }

    /// Returns a number column.
    ///
    /// # Errors
    /// When the index has no such column.
    pub fn number(&self, name: &str) -> io::Result<&Column<i64>> {
        self.numbers.get(name).ok_or_else(|| io::Error::other(format!("there is no column {name}")))
    }

    /// Returns a text column; `None` if no document of the segment has a value.
    pub fn text(&self, name: &str) -> Option<&StrColumn> {
        self.texts.get(name)
    }
}

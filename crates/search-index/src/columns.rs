//! The columns of a segment.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, OnceLock};

use tantivy::columnar::{Column, ColumnValues, DynamicColumn, HasAssociatedColumnType, StrColumn};
use tantivy::{DocId, SegmentReader};

use crate::codes::Codes;
use crate::error::Error;
use crate::layout::Layout;
use crate::popularity::PopularityClass;
use crate::schema::{ID, KIND, VISIBLE_FROM};

/// The columns of a segment.
pub struct Columns {
    id: Arc<dyn ColumnValues<i64>>,
    /// Read at once, because every search reads them for every document.
    kinds: Vec<u8>,
    visible_from: Vec<i64>,
    numbers: BTreeMap<&'static str, Column<i64>>,
    /// The values of number columns in which every document has one, read when a list is first sorted by them.
    full: BTreeMap<&'static str, OnceLock<Vec<i64>>>,
    texts: BTreeMap<&'static str, StrColumn>,
    /// The popularity classes of the documents, the most popular first.
    popularity_classes: BTreeSet<PopularityClass>,
    /// Read when a facet first counts them.
    codes: BTreeMap<&'static str, OnceLock<Codes>>,
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
            // A kind is one byte.
            kinds: all::<u64>(segment, KIND)?.into_iter().map(|kind| kind.to_le_bytes()[0]).collect(),
            visible_from: all(segment, VISIBLE_FROM)?,
            popularity_classes: all::<i64>(segment, layout.popularity)?.into_iter().map(PopularityClass::of).collect(),
            full: layout.numbers.iter().map(|name| (*name, OnceLock::new())).collect(),
            codes: layout.numbers.iter().chain(layout.texts).map(|name| (*name, OnceLock::new())).collect(),
            numbers,
            texts,
        })
    }

    pub fn id(&self, document: DocId) -> i64 {
        self.id.get_val(document)
    }

    pub fn kind(&self, document: DocId) -> u8 {
        self.kinds[document as usize]
    }

    pub fn visible_from(&self, document: DocId) -> i64 {
        self.visible_from[document as usize]
    }

    pub fn popularity_classes(&self) -> impl Iterator<Item = PopularityClass> {
        self.popularity_classes.iter().copied()
    }

    /// Returns a number column.
    ///
    /// # Errors
    /// When the index has no such column.
    pub fn number(&self, name: &str) -> io::Result<&Column<i64>> {
        self.numbers.get(name).ok_or_else(|| io::Error::other(format!("unknown column \"{name}\"")))
    }

    /// Returns the values of a number column, by document; `None` if a document has no value, or several.
    ///
    /// # Errors
    /// When the index has no such column.
    pub fn full(&self, name: &str) -> io::Result<Option<&[i64]>> {
        let column = self.number(name)?;
        let Some(cell) = self.full.get(name).filter(|_| column.get_cardinality().is_full()) else { return Ok(None) };
        let values =
            cell.get_or_init(|| (0..column.num_docs()).map(|document| column.values.get_val(document)).collect());
        Ok(Some(values))
    }

    /// Returns a text column; `None` if no document of the segment has a value.
    pub fn text(&self, name: &str) -> Option<&StrColumn> {
        self.texts.get(name)
    }

    /// Returns the codes of a column; `None` if no document of the segment has a value.
    ///
    /// # Errors
    /// When the index has no such column, or it cannot be read.
    pub fn codes(&self, name: &str) -> io::Result<Option<&Codes>> {
        let missing = || io::Error::other(format!("unknown column \"{name}\""));
        let cell = self.codes.get(name).ok_or_else(missing)?;
        if let Some(codes) = cell.get() {
            return Ok(Some(codes));
        }
        let codes = match (self.numbers.get(name), self.texts.get(name)) {
            (Some(column), _) => Codes::of_numbers(column),
            (None, Some(column)) => Codes::of_texts(column)?,
            (None, None) => return Ok(None),
        };
        Ok(Some(cell.get_or_init(|| codes)))
    }
}

/// Reads the values of all documents.
fn all<T: HasAssociatedColumnType + Default>(segment: &SegmentReader, name: &str) -> Result<Vec<T>, Error>
where
    DynamicColumn: Into<Option<Column<T>>>,
{
    let column = segment.fast_fields().column_first_or_default::<T>(name)?;
    Ok((0..segment.max_doc()).map(|document| column.get_val(document)).collect())
}

//! Sorting.

use std::cmp::Ordering;
use std::io;

use tantivy::DocId;
use tantivy::columnar::{Column, StrColumn};

use crate::columns::Columns;
use crate::hit::Hit;
use crate::segment::Segment;
use crate::value::Value;

/// An order of documents: sort keys, the most significant first, then the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HitOrder {
    pub keys: Vec<OrderKey>,
    pub is_id_descending: bool,
}

/// A sort key. Unknown values come last in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderKey {
    pub by: OrderBy,
    pub is_descending: bool,
}

/// The value that a sort key compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderBy {
    /// The relevance score.
    Score,
    /// The first value in a number column.
    Number(&'static str),
    /// The value in a text column.
    Text(&'static str),
}

impl HitOrder {
    /// Whether a key compares relevance scores.
    pub(crate) fn is_scored(&self) -> bool {
        self.keys.iter().any(|key| key.by == OrderBy::Score)
    }

    /// Compares hits, which may be from different segments.
    pub(crate) fn compare(&self, one: &Hit, other: &Hit) -> Ordering {
        for (key, (one, other)) in self.keys.iter().zip(one.values.iter().zip(&other.values)) {
            let known = |value: &Value| *value != Value::Unknown;
            let order = directed(one.cmp(other), known(one) && known(other) && key.is_descending);
            if order.is_ne() {
                return order;
            }
        }
        directed(one.id.cmp(&other.id), self.is_id_descending)
    }
}

/// A document of a segment and its score.
#[derive(Clone, Copy)]
pub struct Candidate {
    pub document: DocId,
    pub score: u32,
}

/// An order of the documents of one segment. It compares texts by their ordinals in the segment.
pub struct SegmentOrder<'s> {
    order: &'s HitOrder,
    columns: &'s Columns,
    keys: Vec<KeyReader<'s>>,
}

enum KeyReader<'s> {
    Score,
    Number(&'s Column<i64>),
    /// A column in which every document has one value.
    Full(&'s [i64]),
    Text(Option<&'s StrColumn>),
}

/// A cursor in one segment. A text that the segment does not have lies between two ordinals.
pub struct Bound {
    keys: Vec<Option<i64>>,
    id: i64,
}

impl<'s> SegmentOrder<'s> {
    pub fn of(order: &'s HitOrder, segment: &'s Segment) -> io::Result<Self> {
        let columns = &*segment.columns;
        let keys = order.keys.iter().map(|key| {
            Ok(match key.by {
                OrderBy::Score => KeyReader::Score,
                OrderBy::Number(name) => match columns.full(name)? {
                    Some(values) => KeyReader::Full(values),
                    None => KeyReader::Number(columns.number(name)?),
                },
                OrderBy::Text(name) => KeyReader::Text(columns.text(name)),
            })
        });
        Ok(Self { order, columns, keys: keys.collect::<io::Result<_>>()? })
    }

    pub fn compare(&self, one: Candidate, other: Candidate) -> Ordering {
        for (key, column) in self.order.keys.iter().zip(&self.keys) {
            let order = by_key(*key, column.read(one), column.read(other));
            if order.is_ne() {
                return order;
            }
        }
        self.by_id(self.columns.id(one.document), self.columns.id(other.document))
    }

    pub fn compare_to(&self, one: Candidate, bound: &Bound) -> Ordering {
        for ((key, column), value) in self.order.keys.iter().zip(&self.keys).zip(&bound.keys) {
            let order = by_key(*key, column.read(one), *value);
            if order.is_ne() {
                return order;
            }
        }
        self.by_id(self.columns.id(one.document), bound.id)
    }

    /// Resolves a hit, which may be from another segment, to a position in this one.
    pub fn bound(&self, hit: &Hit) -> io::Result<Bound> {
        let keys = self.keys.iter().zip(&hit.values).map(|(column, value)| column.bound(value));
        Ok(Bound { keys: keys.collect::<io::Result<_>>()?, id: hit.id })
    }

    pub fn hit(&self, candidate: Candidate) -> io::Result<Hit> {
        let values = self.keys.iter().map(|column| column.value(candidate));
        Ok(Hit { id: self.columns.id(candidate.document), values: values.collect::<io::Result<_>>()? })
    }

    fn by_id(&self, one: i64, other: i64) -> Ordering {
        directed(one.cmp(&other), self.order.is_id_descending)
    }
}

impl KeyReader<'_> {
    fn read(&self, candidate: Candidate) -> Option<i64> {
        match self {
            Self::Score => Some(candidate.score.into()),
            Self::Number(column) => column.first(candidate.document),
            Self::Full(values) => values.get(candidate.document as usize).copied(),
            Self::Text(column) => column.and_then(|column| column.ords().first(candidate.document)).map(position),
        }
    }

    fn value(&self, candidate: Candidate) -> io::Result<Value> {
        match self {
            Self::Score | Self::Number(_) | Self::Full(_) => {
                Ok(self.read(candidate).map_or(Value::Unknown, Value::Number))
            }
            Self::Text(column) => {
                let Some(column) = column else { return Ok(Value::Unknown) };
                let Some(ordinal) = column.ords().first(candidate.document) else { return Ok(Value::Unknown) };
                let mut text = String::new();
                column.ord_to_str(ordinal, &mut text)?;
                Ok(Value::Text(text))
            }
        }
    }

    fn bound(&self, value: &Value) -> io::Result<Option<i64>> {
        Ok(match (self, value) {
            (_, Value::Unknown) => None,
            (_, Value::Number(number)) => Some(*number),
            (Self::Text(Some(column)), Value::Text(text)) => Some(position_of(column, text)?),
            // Every known text comes before unknown values.
            (_, Value::Text(_)) => Some(0),
        })
    }
}

/// The position of an ordinal. Odd positions are between two ordinals.
fn position(ordinal: u64) -> i64 {
    i64::try_from(ordinal).unwrap_or(i64::MAX).saturating_mul(2)
}

/// The position of a text, which the segment may not have.
fn position_of(column: &StrColumn, text: &str) -> io::Result<i64> {
    let dictionary = column.dictionary();
    if let Some(ordinal) = dictionary.term_ord(text)? {
        return Ok(position(ordinal));
    }
    let mut next = dictionary.range().gt(text).limit(1).into_stream()?;
    let next = if next.advance() { next.term_ord() } else { dictionary.num_terms() as u64 };
    Ok(position(next) - 1)
}

fn by_key(key: OrderKey, one: Option<i64>, other: Option<i64>) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => directed(one.cmp(&other), key.is_descending),
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
    }
}

fn directed(order: Ordering, is_descending: bool) -> Ordering {
    if is_descending { order.reverse() } else { order }
}

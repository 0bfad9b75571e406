//! Conditions on the columns of a document.
//!
//! A condition is either true or false: a document without a value passes no test, so it passes every negated test.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use tantivy::DocId;
use tantivy::columnar::{Column, StrColumn};

use crate::columns::Columns;

/// A set of numbers.
pub type NumberSet = FxHashSet<i64>;

/// A condition on the columns of a document.
#[derive(Clone, Debug)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// At least one value in a number column passes a test.
    Number(&'static str, NumberTest),
    /// The value in a text column passes a test.
    Text(&'static str, TextTest),
}

/// A test of a number.
#[derive(Clone, Debug)]
pub enum NumberTest {
    OneOf(Arc<NumberSet>),
    /// An inclusive range.
    Between(i64, i64),
    IsKnown,
}

/// A test of a text.
#[derive(Clone, Debug)]
pub enum TextTest {
    OneOf(BTreeSet<String>),
    StartsWith(String),
    IsKnown,
}

impl Condition {
    /// Returns the condition that every document meets.
    #[must_use]
    pub fn always() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it is known that every document meets it.
    pub(crate) fn is_always(&self) -> bool {
        matches!(self, Self::All(conditions) if conditions.iter().all(Self::is_always))
    }
}

impl NumberTest {
    fn passes(&self, number: i64) -> bool {
        match self {
            Self::OneOf(numbers) => numbers.contains(&number),
            Self::Between(first, last) => (*first..=*last).contains(&number),
            Self::IsKnown => true,
        }
    }
}

impl TextTest {
    fn passes(&self, text: &[u8]) -> bool {
        match self {
            Self::OneOf(texts) => str::from_utf8(text).is_ok_and(|text| texts.contains(text)),
            Self::StartsWith(beginning) => text.starts_with(beginning.as_bytes()),
            Self::IsKnown => true,
        }
    }

    /// Returns whether each text of a column passes, by ordinal.
    fn passing(&self, column: &StrColumn) -> io::Result<Vec<bool>> {
        let mut passing = Vec::new();
        let mut texts = column.dictionary().stream()?;
        while texts.advance() {
            passing.push(self.passes(texts.key()));
        }
        Ok(passing)
    }
}

/// A condition resolved to the columns of one segment.
pub enum SegmentCondition<'s> {
    All(Vec<SegmentCondition<'s>>),
    Any(Vec<SegmentCondition<'s>>),
    Not(Box<SegmentCondition<'s>>),
    Number(&'s Column<i64>, &'s NumberTest),
    /// The ordinals of the texts, and which ordinals pass.
    Text(&'s Column<u64>, Vec<bool>),
}

impl<'s> SegmentCondition<'s> {
    pub fn of(condition: &'s Condition, columns: &'s Columns) -> io::Result<Self> {
        let each = |conditions: &'s [Condition]| {
            conditions.iter().map(|condition| Self::of(condition, columns)).collect::<io::Result<Vec<_>>>()
        };
        Ok(match condition {
            Condition::All(conditions) => Self::All(each(conditions)?),
            Condition::Any(conditions) => Self::Any(each(conditions)?),
            Condition::Not(condition) => Self::Not(Box::new(Self::of(condition, columns)?)),
            Condition::Number(column, test) => Self::Number(columns.number(column)?, test),
            Condition::Text(column, test) => match columns.text(column) {
                Some(column) => Self::Text(column.ords(), test.passing(column)?),
                None => Self::Any(Vec::new()),
            },
        })
    }

    pub fn holds(&self, document: DocId) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(document)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(document)),
            Self::Not(condition) => !condition.holds(document),
            Self::Number(column, test) => column.values_for_doc(document).any(|number| test.passes(number)),
            Self::Text(ordinals, passing) => ordinals
                .first(document)
                .and_then(|ordinal| passing.get(usize::try_from(ordinal).ok()?))
                .is_some_and(|passes| *passes),
        }
    }
}

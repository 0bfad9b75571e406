//! Documents.

use std::collections::{BTreeMap, BTreeSet};

/// One document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The id. A document replaces the one with the same id.
    pub id: i64,
    /// The number of its kind, which searches filter by.
    pub kind: u8,
    /// When it becomes public, in microseconds since 1970; `None` for drafts.
    pub visible_from: Option<i64>,
    /// Its values in number columns.
    pub numbers: Vec<(&'static str, i64)>,
    /// Its values in text columns.
    pub column_texts: Vec<(&'static str, String)>,
    /// Every word by which it is found, with the fields that have it. A word of no field names the whole document.
    pub words: BTreeMap<String, FieldSet>,
    /// The words that a prefix may be of, with the fields that have them.
    pub prefix_words: BTreeMap<String, FieldSet>,
    /// The words of its titles, as they follow each other.
    pub titles: Vec<Vec<String>>,
    /// The words of its other texts, as they follow each other.
    pub texts: Vec<Vec<String>>,
    /// Texts that identify it on their own: titles, literal and stemmed, and codes.
    pub names: BTreeSet<String>,
    /// The words that typos are corrected to.
    pub spellings: BTreeSet<String>,
    /// The texts that a prefix is completed to.
    pub completions: BTreeSet<String>,
}

/// A set of fields, by rank: the higher, the more a word in it counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldSet(u8);

impl FieldSet {
    /// The number of fields.
    pub const RANKS: u8 = 5;

    /// The field of this rank, which is less than [`FieldSet::RANKS`].
    #[must_use]
    pub const fn of(rank: u8) -> Self {
        debug_assert!(rank < Self::RANKS);
        Self(1 << rank)
    }

    /// Adds the fields of another set.
    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The fields that are in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// All fields.
    pub(crate) const ALL: Self = Self((1 << Self::RANKS) - 1);

    /// The highest rank.
    pub(crate) fn highest(self) -> Option<u8> {
        self.0.checked_ilog2().and_then(|rank| u8::try_from(rank).ok())
    }

    /// How often a word is repeated to store this set as its frequency, which is at least one.
    pub(crate) const fn to_frequency(self) -> u32 {
        self.0 as u32 + 1
    }

    pub(crate) const fn from_frequency(frequency: u32) -> Self {
        // No set is greater than a byte.
        Self(frequency.saturating_sub(1).to_le_bytes()[0] & Self::ALL.0)
    }
}

//! About how many bytes pages take in memory.

use super::search::Found;
use super::{BookEntry, CourseEntry, Cursor, Edge, ListEntry, ListedEntry, Page, SortValue};
use crate::model::Weight;

impl<T: Weight> Weight for Page<T> {
    fn elsewhere(&self) -> usize {
        self.edges.elsewhere()
    }
}

impl<T: Weight> Weight for Edge<T> {
    fn elsewhere(&self) -> usize {
        self.node.elsewhere() + self.cursor.elsewhere()
    }
}

impl Weight for Cursor {
    fn elsewhere(&self) -> usize {
        self.values.elsewhere()
    }
}

impl Weight for SortValue {
    fn elsewhere(&self) -> usize {
        match self {
            Self::Text(text) => text.elsewhere(),
            Self::Number(_) | Self::Null => 0,
        }
    }
}

impl Weight for ListEntry {
    fn elsewhere(&self) -> usize {
        self.0.elsewhere()
    }
}

impl Weight for ListedEntry {
    fn elsewhere(&self) -> usize {
        self.0.elsewhere()
    }
}

/// The book is the entry's.
impl Weight for BookEntry {
    fn elsewhere(&self) -> usize {
        self.entry.elsewhere()
    }
}

/// The course is the entry's.
impl Weight for CourseEntry {
    fn elsewhere(&self) -> usize {
        self.entry.elsewhere()
    }
}

impl Weight for Found {
    fn elsewhere(&self) -> usize {
        0
    }
}

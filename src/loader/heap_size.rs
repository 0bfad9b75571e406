//! The approximate heap size of pages.

use super::search::SearchHit;
use super::{BookEntry, CourseEntry, Cursor, Edge, ListEntry, ListedEntry, Page, SortValue};
use crate::model::HeapSize;

impl<T: HeapSize> HeapSize for Page<T> {
    fn heap_size(&self) -> usize {
        self.edges.heap_size()
    }
}

impl<T: HeapSize> HeapSize for Edge<T> {
    fn heap_size(&self) -> usize {
        self.node.heap_size() + self.cursor.heap_size()
    }
}

impl HeapSize for Cursor {
    fn heap_size(&self) -> usize {
        self.values.heap_size()
    }
}

impl HeapSize for SortValue {
    fn heap_size(&self) -> usize {
        match self {
            Self::Text(text) => text.heap_size(),
            Self::Number(_) | Self::Null => 0,
        }
    }
}

impl HeapSize for ListEntry {
    fn heap_size(&self) -> usize {
        self.0.heap_size()
    }
}

impl HeapSize for ListedEntry {
    fn heap_size(&self) -> usize {
        self.0.heap_size()
    }
}

/// The entry contains the book.
impl HeapSize for BookEntry {
    fn heap_size(&self) -> usize {
        self.entry.heap_size()
    }
}

/// The entry contains the course.
impl HeapSize for CourseEntry {
    fn heap_size(&self) -> usize {
        self.entry.heap_size()
    }
}

impl HeapSize for SearchHit {
    fn heap_size(&self) -> usize {
        0
    }
}

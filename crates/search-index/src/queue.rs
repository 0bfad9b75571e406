//! The documents between a caller and the thread that indexes them.
//!
//! tantivy queues up to 10,000 documents, which can be hundreds of megabytes. This queue makes the caller wait earlier.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use tantivy::TantivyDocument;
use tantivy::schema::Document;

/// The maximum number of waiting documents.
const LIMIT: usize = 256;

/// Counts the waiting documents.
#[derive(Clone, Default)]
pub struct Queue(Arc<Waiting>);

#[derive(Default)]
struct Waiting {
    count: Mutex<usize>,
    /// Notified when a document leaves the queue.
    left: Condvar,
}

/// A waiting document.
pub struct QueuedDocument {
    document: TantivyDocument,
    _slot: Slot,
}

/// A place in the queue.
struct Slot(Arc<Waiting>);

impl Queue {
    /// Waits for a place in the queue.
    pub fn enter(&self, document: TantivyDocument) -> QueuedDocument {
        let mut count = self.0.count.lock().unwrap_or_else(PoisonError::into_inner);
        while *count >= LIMIT {
            count = self.0.left.wait(count).unwrap_or_else(PoisonError::into_inner);
        }
        *count += 1;
        QueuedDocument { document, _slot: Slot(self.0.clone()) }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        *self.0.count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.left.notify_one();
    }
}

impl Document for QueuedDocument {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        self.document
    }
}

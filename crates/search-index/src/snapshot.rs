//! Reading an index as it was at one moment.

use std::sync::atomic::{self, AtomicBool};
use std::sync::{Arc, OnceLock};

use tantivy::Searcher;

use crate::columns::Columns;
use crate::error::Error;
use crate::schema::Fields;
use crate::segment::Segment;
use crate::tree::Tree;

/// An index as it was after one of its writes.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) segments: Arc<SegmentSet>,
    pub(crate) fields: Arc<Fields>,
    pub(crate) is_damaged: Arc<AtomicBool>,
}

/// The segments of a commit.
pub struct SegmentSet {
    /// Keeps the files of the segments from being deleted.
    searcher: Searcher,
    segments: Vec<Segment>,
    pub tree: OnceLock<Tree>,
}

impl SegmentSet {
    /// Opens the segments of a searcher. Reuses the columns that `previous` has opened.
    pub fn of(searcher: Searcher, fields: &Fields, previous: Option<&Self>) -> Result<Self, Error> {
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        for reader in searcher.segment_readers() {
            let opened = previous.into_iter().flat_map(|previous| &previous.segments);
            let same = opened.into_iter().find(|segment| segment.reader.segment_id() == reader.segment_id());
            let columns = match same {
                Some(segment) => segment.columns.clone(),
                None => Arc::new(Columns::of(reader, fields.layout)?),
            };
            segments.push(Segment { reader: reader.clone(), columns });
        }
        Ok(Self { searcher, segments, tree: OnceLock::new() })
    }
}

impl Snapshot {
    /// Records that what was read makes no sense: see [`Index::is_damaged`](crate::Index::is_damaged).
    pub fn mark_damaged(&self) {
        self.is_damaged.store(true, atomic::Ordering::Relaxed);
    }

    /// Records that the index is damaged, if that is what came out.
    pub(crate) fn record_damage<T>(&self, read: Result<T, Error>) -> Result<T, Error> {
        if matches!(read, Err(Error::Damaged(_))) {
            self.mark_damaged();
        }
        read
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments.segments
    }

    /// The number of documents.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.segments.searcher.num_docs()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

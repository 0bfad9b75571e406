//! A segment of the index.

use std::sync::Arc;

use tantivy::SegmentReader;

use crate::columns::Columns;

/// A segment.
pub struct Segment {
    pub reader: SegmentReader,
    pub columns: Arc<Columns>,
}

//! What a segment stores beside the words.

use std::sync::Arc;

use tantivy::columnar::ColumnValues;
use tantivy::{DocId, SegmentReader};

use crate::error::Error;
use crate::schema::{ID, KIND, NEVER, RECOMMENDATIONS, VISIBLE_FROM};
use crate::scope::Scope;

/// The columns of a segment.
pub struct Columns<'s> {
    segment: &'s SegmentReader,
    id: Arc<dyn ColumnValues<i64>>,
    kind: Arc<dyn ColumnValues<u64>>,
    visible_from: Arc<dyn ColumnValues<i64>>,
    recommendations: Arc<dyn ColumnValues<u64>>,
}

impl<'s> Columns<'s> {
    pub fn of(segment: &'s SegmentReader) -> Result<Self, Error> {
        let fields = segment.fast_fields();
        Ok(Self {
            segment,
            id: fields.column_first_or_default(ID)?,
            kind: fields.column_first_or_default(KIND)?,
            visible_from: fields.column_first_or_default(VISIBLE_FROM)?,
            recommendations: fields.column_first_or_default(RECOMMENDATIONS)?,
        })
    }

    /// Whether a document is there, of a kind that is asked for, and visible.
    pub fn is_in_scope(&self, document: DocId, scope: &Scope<'_>) -> bool {
        if self.segment.is_deleted(document) {
            return false;
        }
        let kind = self.kind.get_val(document);
        if !scope.kinds.iter().any(|admitted| u64::from(*admitted) == kind) {
            return false;
        }
        let visible_from = self.visible_from.get_val(document);
        scope.drafts || (visible_from != NEVER && visible_from <= scope.now)
    }

    pub fn id(&self, document: DocId) -> i64 {
        self.id.get_val(document)
    }

    pub fn recommendations(&self, document: DocId) -> u32 {
        u32::try_from(self.recommendations.get_val(document)).unwrap_or(u32::MAX)
    }
}

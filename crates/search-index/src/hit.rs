//! What a search finds.

use std::cmp::Ordering;

/// A document that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub id: i64,
    pub score: u32,
    pub recommendations: u32,
}

impl Hit {
    /// Compares hits, the better one first: by score, then by recommendations, then the later number.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        let rank = |hit: &Self| (hit.score, hit.recommendations, hit.id);
        rank(other).cmp(&rank(self))
    }
}

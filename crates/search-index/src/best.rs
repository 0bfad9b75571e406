//! The best of many hits, without a list of all of them.

use std::cmp::Ordering;

use crate::hit::Hit;

/// Keeps the first `limit` of the hits that it is given, in an order.
pub struct TopHits<O> {
    limit: usize,
    hits: Vec<Hit>,
    order: O,
}

impl<O: Fn(&Hit, &Hit) -> Ordering> TopHits<O> {
    pub fn new(limit: usize, order: O) -> Self {
        Self { limit, hits: Vec::new(), order }
    }

    pub fn push(&mut self, hit: Hit) {
        self.hits.push(hit);
        // Half of them are thrown away at a time, so that each hit costs a constant number of comparisons.
        if self.hits.len() >= 2 * self.limit.max(64) {
            self.cut();
        }
    }

    /// The first hits, in order.
    pub fn into_sorted(mut self) -> Vec<Hit> {
        self.cut();
        self.hits.sort_unstable_by(&self.order);
        self.hits
    }

    fn cut(&mut self) {
        if self.limit == 0 {
            self.hits.clear();
        } else if self.hits.len() > self.limit {
            self.hits.select_nth_unstable_by(self.limit - 1, &self.order);
            self.hits.truncate(self.limit);
        }
    }
}

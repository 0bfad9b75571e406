//! Selecting the first of many without sorting all of them.

use std::cmp::Ordering;

/// Collects the first `limit` of the pushed values, in an order.
pub struct TopN<T, O> {
    limit: usize,
    values: Vec<T>,
    /// A value after this one is not among the first `limit`.
    threshold: Option<T>,
    order: O,
}

impl<T: Copy, O: Fn(T, T) -> Ordering> TopN<T, O> {
    pub fn new(limit: usize, order: O) -> Self {
        Self { limit, values: Vec::new(), threshold: None, order }
    }

    pub fn push(&mut self, value: T) {
        if self.limit == 0 || self.threshold.is_some_and(|threshold| (self.order)(value, threshold).is_gt()) {
            return;
        }
        self.values.push(value);
        // Dropping half of them at a time makes a push cost a constant number of comparisons.
        if self.values.len() >= 2 * self.limit.max(64) {
            self.cut();
        }
    }

    /// Returns the first `limit` values in order.
    pub fn into_sorted(mut self) -> Vec<T> {
        self.cut();
        self.values.sort_unstable_by(|one, other| (self.order)(*one, *other));
        self.values
    }

    fn cut(&mut self) {
        if self.values.len() > self.limit {
            let order = &self.order;
            let (_, last, _) =
                self.values.select_nth_unstable_by(self.limit.saturating_sub(1), |one, other| order(*one, *other));
            self.threshold = Some(*last);
            self.values.truncate(self.limit);
        }
    }
}

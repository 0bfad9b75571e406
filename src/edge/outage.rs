//! Failures that last: one line in the log for each outage.

use sea_orm::DbErr;

use crate::db::describe_error;

/// Logs the failures of an operation that is repeated until it succeeds.
pub struct Outage {
    /// The message of its failure.
    message: &'static str,
    has_failed: bool,
}

impl Outage {
    #[must_use]
    pub fn new(message: &'static str) -> Self {
        Self { message, has_failed: false }
    }

    /// Returns the result of an attempt. Logs the first of consecutive failures.
    pub fn log<T>(&mut self, outcome: Result<T, DbErr>) -> Option<T> {
        let has_failed = std::mem::replace(&mut self.has_failed, outcome.is_err());
        outcome
            .inspect_err(|error| {
                if !has_failed {
                    tracing::warn!(reason = describe_error(error), "{}", self.message);
                }
            })
            .ok()
    }
}

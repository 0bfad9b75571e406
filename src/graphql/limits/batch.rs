//! Limits of batches: all requests of a batch together can cost as much as one request.

use async_graphql::ServerError;

use super::Limits;
use crate::graphql::error::{ErrorCode, limit_exceeded, request_error};

/// The remaining cost that the requests of a batch can have together.
pub struct BatchBudget {
    length: usize,
    cost: usize,
    spent: usize,
}

impl BatchBudget {
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self { length: limits.batch_size, cost: limits.cost, spent: 0 }
    }

    /// Checks the number of requests.
    ///
    /// # Errors
    /// When the batch is empty or has more requests than allowed.
    pub fn check_length(&self, length: usize) -> Result<(), ServerError> {
        let limit = self.length;
        if length == 0 {
            return Err(request_error(ErrorCode::BadUserInput, "The batch is empty: send at least one request."));
        }
        if limit < 2 {
            return Err(request_error(
                ErrorCode::BadUserInput,
                "Batches are not accepted: send one request at a time.",
            ));
        }
        if length > limit {
            let message = format!("The batch has {length} requests, but the limit is {limit}: split the batch.");
            return Err(limit_exceeded(message, limit, length));
        }
        Ok(())
    }

    /// Adds the cost of the next request.
    ///
    /// # Errors
    /// When the requests so far cost more than allowed.
    pub fn spend(&mut self, cost: usize) -> Result<(), ServerError> {
        self.spent = self.spent.saturating_add(cost);
        let (limit, actual) = (self.cost, self.spent);
        if actual <= limit {
            return Ok(());
        }
        let message =
            format!("The batch costs {actual} up to this request, but the limit is {limit}: split the batch.");
        Err(limit_exceeded(message, limit, actual))
    }
}

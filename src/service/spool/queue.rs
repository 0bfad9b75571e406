//! Values in a temporary file: first in, first out.

use std::iter;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Spool, SpoolError};

/// Values that are read once, in the order in which they were added.
#[derive(Debug)]
pub struct Queue<T> {
    spool: Spool,
    /// The offset of the next value to read.
    next: u64,
    values: PhantomData<fn() -> T>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { spool: Spool::default(), next: 0, values: PhantomData }
    }
}

impl<T: Serialize + DeserializeOwned> Queue<T> {
    /// Adds a value.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn push(&mut self, value: &T) -> Result<(), SpoolError> {
        self.spool.push_value(value).map(drop)
    }

    /// Returns the next value. `None` at the end.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written or read.
    pub fn pop(&mut self) -> Result<Option<T>, SpoolError> {
        if !self.spool.has(self.next) {
            return Ok(None);
        }
        let value = self.spool.read_value(self.next)?;
        self.next = self.spool.next_offset();
        Ok(Some(value))
    }

    /// Returns up to `count` values. Empty at the end.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written or read.
    pub fn take(&mut self, count: usize) -> Result<Vec<T>, SpoolError> {
        iter::from_fn(|| self.pop().transpose()).take(count).collect()
    }
}

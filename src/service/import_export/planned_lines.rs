//! The lines of a dry run, in a temporary file.

use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::service::spool::Spool;

/// Lines about planned changes.
#[derive(Default)]
pub struct PlannedLines(Mutex<Spool>);

impl PlannedLines {
    /// Adds a line.
    ///
    /// # Errors
    /// Returns an error if the temporary file cannot be written.
    pub fn push(&mut self, line: &str) -> io::Result<()> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).push(line).map(drop)
    }
}

/// Formats all lines.
impl fmt::Display for PlannedLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut spool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut offset = 0;
        while spool.has(offset) {
            match spool.read(offset) {
                Ok(line) => writeln!(f, "{line}")?,
                Err(error) => return writeln!(f, "… (a temporary file failed: {error})"),
            }
            offset = spool.next_offset();
        }
        Ok(())
    }
}

impl fmt::Debug for PlannedLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlannedLines")
    }
}

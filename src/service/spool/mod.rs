//! Lines in a temporary file, so that the memory of an import does not grow with the length of its records.

mod error;
mod queue;

use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::{SpooledTempFile, spooled_tempfile};

pub use error::SpoolError;
pub use queue::Queue;

/// The number of bytes up to which the lines are in memory instead of a file.
const MEMORY_BYTES: usize = 4 << 20;
/// The number of bytes that are written at once.
const WRITE_BYTES: usize = 64 << 10;

/// Lines that are added at the end, and read by their offsets.
#[derive(Debug, Default)]
pub struct Spool {
    /// `None` until lines are written.
    file: Option<BufReader<SpooledTempFile>>,
    /// The end of the lines, which is not in the file yet.
    pending: Vec<u8>,
    length: u64,
    /// The offset at which the next read begins, if it is known.
    position: Option<u64>,
}

impl Spool {
    /// Adds a line without line breaks, and returns its offset in bytes.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn push(&mut self, line: &str) -> Result<u64, SpoolError> {
        let offset = self.length;
        self.pending.extend_from_slice(line.as_bytes());
        self.pending.push(b'\n');
        self.length += line.len() as u64 + 1;
        if self.pending.len() >= WRITE_BYTES {
            self.flush()?;
        }
        Ok(offset)
    }

    /// Returns the line at an offset. Reading in the order of the lines is fastest.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written or read.
    pub fn read(&mut self, offset: u64) -> Result<String, SpoolError> {
        self.flush()?;
        Ok(self.read_line(offset)?)
    }

    fn read_line(&mut self, offset: u64) -> io::Result<String> {
        let position = self.position.take();
        let file = self.file.as_mut().ok_or(io::ErrorKind::UnexpectedEof)?;
        match position.and_then(|position| offset.checked_signed_diff(position)) {
            Some(distance) => file.seek_relative(distance)?,
            None => drop(file.seek(SeekFrom::Start(offset))?),
        }
        let mut line = String::new();
        let read = file.read_line(&mut line)? as u64;
        self.position = Some(offset + read);
        if line.pop() != Some('\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line)
    }

    /// Adds a value as a line, and returns its offset in bytes.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn push_value(&mut self, value: &impl Serialize) -> Result<u64, SpoolError> {
        self.push(&serde_json::to_string(value).map_err(io::Error::from)?)
    }

    /// Returns the value at an offset.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written or read.
    pub fn read_value<T: DeserializeOwned>(&mut self, offset: u64) -> Result<T, SpoolError> {
        Ok(serde_json::from_str(&self.read(offset)?).map_err(io::Error::from)?)
    }

    /// Returns whether there is a line at an offset, which is that of a line or the end.
    pub fn has(&self, offset: u64) -> bool {
        offset < self.length
    }

    /// Returns the offset after the last line that was read.
    pub fn next_offset(&self) -> u64 {
        self.position.unwrap_or_default()
    }

    /// Returns the offset after the last line.
    pub fn length(&self) -> u64 {
        self.length
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.pending.is_empty() {
            self.position = None;
            let file = self.file.get_or_insert_with(|| BufReader::new(spooled_tempfile(MEMORY_BYTES)));
            file.seek(SeekFrom::End(0))?;
            file.get_mut().write_all(&self.pending)?;
            self.pending.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{MEMORY_BYTES, Spool};

    #[test]
    fn lines_are_read_in_any_order_and_between_additions() {
        let mut spool = Spool::default();
        let line = |number: usize| format!("{number} {}", "é".repeat(number % 5_000));
        let mut offsets = Vec::new();
        while !spool.has(2 * MEMORY_BYTES as u64) {
            offsets.push(spool.push(&line(offsets.len())).expect("a temporary file"));
            if offsets.len() % 100 == 0 {
                let number = offsets.len() / 2;
                assert_eq!(spool.read(offsets[number]).expect("a temporary file"), line(number));
            }
        }
        for number in (0..offsets.len()).chain((0..offsets.len()).rev().step_by(7)) {
            assert_eq!(spool.read(offsets[number]).expect("a temporary file"), line(number));
        }
        assert!(!spool.has(spool.length));
    }
}

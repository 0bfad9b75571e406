//! Reads lines of limited length, so that a file of any size needs the memory of one line.

use std::io::{self, BufRead, Read};

use crate::domain::invisible;

/// The maximum length of a line: one mebibyte.
pub const MAX_LINE_BYTES: usize = 1 << 20;

/// The content of a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    Text(&'a str),
    Blank,
    TooLong,
    NotUtf8,
}

/// Reads lines and counts them from 1.
pub struct LineReader<R> {
    input: R,
    buffer: Vec<u8>,
    number: u64,
}

impl<R: BufRead> LineReader<R> {
    pub fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), number: 0 }
    }

    /// Returns the next line with its number. `None` at the end.
    ///
    /// # Errors
    /// Returns an error if the input cannot be read.
    pub fn next(&mut self) -> io::Result<Option<(u64, Line<'_>)>> {
        self.buffer.clear();
        let bound = MAX_LINE_BYTES as u64 + 1;
        if self.input.by_ref().take(bound).read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if self.buffer.len() > MAX_LINE_BYTES {
            self.skip_rest_of_line()?;
            return Ok(Some((self.number, Line::TooLong)));
        }
        // Some editors write a byte order mark, which is in the middle of concatenated files.
        let line = match std::str::from_utf8(&self.buffer) {
            Ok(text) if invisible::trimmed(text).is_empty() => Line::Blank,
            Ok(text) => Line::Text(text.trim_matches(invisible::is_invisible)),
            Err(_) => Line::NotUtf8,
        };
        Ok(Some((self.number, line)))
    }

    fn skip_rest_of_line(&mut self) -> io::Result<()> {
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                return Ok(());
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let passed = end.map_or(chunk.len(), |end| end + 1);
            self.input.consume(passed);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, LineReader, MAX_LINE_BYTES};

    #[test]
    fn overlong_lines_are_skipped() {
        let input = format!("{}\n{}\nthird", "x".repeat(MAX_LINE_BYTES), "y".repeat(MAX_LINE_BYTES + 1));
        let mut lines = LineReader::new(input.as_bytes());
        assert!(matches!(lines.next().expect("readable"), Some((1, Line::Text(text))) if text.len() == MAX_LINE_BYTES));
        assert_eq!(lines.next().expect("readable"), Some((2, Line::TooLong)));
        assert_eq!(lines.next().expect("readable"), Some((3, Line::Text("third"))));
        assert_eq!(lines.next().expect("readable"), None);
    }
}

//! Standard output, which is only for data.

use std::io::{self, Write};

use super::Error;

/// Writes a text and flushes it.
pub fn print(text: &str) -> Result<(), Error> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(Error::Output)
}

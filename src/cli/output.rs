//! Standard output, where only data goes.

use std::io::{self, Write};

use super::Error;

/// Writes `text` and sees it through.
pub fn print(text: &str) -> Result<(), Error> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(Error::Output)
}

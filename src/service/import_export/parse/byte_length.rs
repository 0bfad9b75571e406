//! Computes the length of a JSON value without storing its text.

use std::io::{self, Write};

use serde_json::Value;

/// Returns whether `value` has more than `bound` bytes as JSON.
pub fn exceeds(value: &Value, bound: usize) -> bool {
    serde_json::to_writer(LengthLimit(bound), value).is_err()
}

/// The number of bytes that may still be written.
struct LengthLimit(usize);

impl Write for LengthLimit {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::exceeds;

    #[test]
    fn values_up_to_the_limit_are_accepted() {
        let value = json!({ "a": [1, "é"] });
        let length = value.to_string().len();
        assert!(!exceeds(&value, length));
        assert!(exceeds(&value, length - 1));
    }
}

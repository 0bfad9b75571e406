//! Divides records into batches, whose number and length are limited.

use super::File;

/// The maximum number of records in a batch.
const MAX_RECORDS: usize = 2_000;

/// The maximum length of the texts in a batch, in bytes. A single record is never too long.
const MAX_BYTES: u64 = 4 << 20;

impl File {
    /// Divides records into batches in the same order.
    pub fn batches<'a>(&self, numbers: &'a [usize]) -> Vec<&'a [usize]> {
        let (mut records, mut bytes) = (0, 0);
        let fits = |number: &usize, next: &usize| {
            records += 1;
            bytes += self.length(*number);
            let fits = records < MAX_RECORDS && bytes + self.length(*next) <= MAX_BYTES;
            if !fits {
                (records, bytes) = (0, 0);
            }
            fits
        };
        numbers.chunk_by(fits).collect()
    }

    /// Returns the length of a record in the temporary file. Records of the API are in memory, and have the length 1.
    fn length(&self, number: usize) -> u64 {
        let end = self.entries.get(number + 1).map_or(self.source.length(), |next| next.place);
        end - self.entries[number].place
    }
}

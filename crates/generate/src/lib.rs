//! Generates catalogs of any size, for benchmarks and for trying out a large catalog.
//!
//! The output is deterministic: each record has a random number generator of its own, seeded by the record's kind and
//! number. Words, popularity and the lengths of lists are distributed as in a grown catalog: few items are on many lists,
//! and most are on none. Records are in the import format (`docs/reference/import-format.md`), have their codes, and precede the records that refer to them.
//!
//! The crate depends on the format only, not on the server.

mod items;
mod lists;
mod parties;
mod rng;
mod text;
mod topics;
mod words;

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use identifiers::code;
use serde_json::Value;

/// The size of a catalog: 1 is 100,000 books, 50,000 courses and 2,000 careers, with their people and reading lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale(f64);

impl Scale {
    /// The largest scale: ten million books, which use up the range of the generated ISBNs.
    pub const MAX: f64 = 100.0;

    /// Returns the scale, or `None` unless it is above 0 and at most [`Scale::MAX`].
    #[must_use]
    pub fn new(scale: f64) -> Option<Self> {
        (scale > 0.0 && scale <= Self::MAX).then_some(Self(scale))
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 1 and 10,000,000")]
    fn count(self, at_one: u32) -> u32 {
        (f64::from(at_one) * self.0).round().max(1.0) as u32
    }
}

impl FromStr for Scale {
    type Err = InvalidScale;

    fn from_str(text: &str) -> Result<Self, InvalidScale> {
        text.parse().ok().and_then(Self::new).ok_or(InvalidScale)
    }
}

/// The error of a text that is no [`Scale`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InvalidScale;

impl fmt::Display for InvalidScale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "must be a number above 0 and at most {}", Scale::MAX)
    }
}

impl Error for InvalidScale {}

/// The number of records of each kind.
#[derive(Clone, Copy, Debug)]
struct Counts {
    publishers: u32,
    providers: u32,
    people: u32,
    books: u32,
    courses: u32,
    careers: u32,
}

/// Writes the catalog as JSON Lines.
///
/// # Errors
/// Returns the error of `output`.
pub fn generate(scale: Scale, output: &mut impl Write) -> io::Result<()> {
    let counts = Counts {
        publishers: scale.count(400),
        providers: scale.count(120),
        people: scale.count(60_000),
        books: scale.count(100_000),
        courses: scale.count(50_000),
        careers: scale.count(2_000),
    };
    let mut write = |record: Value| {
        serde_json::to_writer(&mut *output, &record)?;
        output.write_all(b"\n")
    };
    let topics = topics::all();
    topics.iter().map(topics::record).try_for_each(&mut write)?;
    (0..counts.publishers).map(parties::publisher).try_for_each(&mut write)?;
    (0..counts.providers).map(parties::provider).try_for_each(&mut write)?;
    (0..counts.people).map(parties::person).try_for_each(&mut write)?;
    (0..counts.books).map(|number| items::book(number, counts, &topics)).try_for_each(&mut write)?;
    (0..counts.courses).map(|number| items::course(number, counts, &topics)).try_for_each(&mut write)?;
    (0..counts.careers).map(|number| items::career(number, counts, &topics)).try_for_each(&mut write)?;
    lists::all(counts, &topics).try_for_each(&mut write)
}

/// Returns the code of the record with this number. Numbers below 2³⁰ have different codes.
fn code(number: u32) -> String {
    // Both steps are invertible and spread neighboring numbers.
    let mixed = number.wrapping_mul(0x9e37_79b1) ^ 0x2545_f491;
    let symbols = code::ALPHABET.as_bytes();
    (0..code::LENGTH).map(|place| char::from(symbols[(mixed >> (5 * place)) as usize % symbols.len()])).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_valid() {
        let codes: HashSet<String> = (0..100_000).map(code).collect();
        assert_eq!(codes.len(), 100_000);
        assert!(codes.iter().all(|code| code::is_code(code)));
    }
}

//! A catalog out of nothing, of any size: for benchmarks and for trying out what a large one is like.
//!
//! It is the same at each run, record by record: each is drawn from a source of its own, seeded by its kind and its
//! number. Words, popularity and the lengths of lists are spread as in a grown catalog: few things are on many lists, and
//! most on none. It comes in the [import format](super::transfer), codes included, things before what refers to them.

mod draw;
mod items;
mod lists;
mod parties;
mod prose;
mod topics;
mod words;

use std::io::{self, Write};

use serde_json::Value;

use crate::domain::code;

/// How large a catalog is to be: 1 is 100,000 books, 50,000 courses, 2,000 careers and what belongs to them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale(f64);

impl Scale {
    /// The largest: ten million books, as many as the made-up ISBNs have room for.
    pub const MAX: f64 = 100.0;

    /// A scale above 0 and up to [`Scale::MAX`].
    #[must_use]
    pub fn new(scale: f64) -> Option<Self> {
        (scale > 0.0 && scale <= Self::MAX).then_some(Self(scale))
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 1 and 10,000,000")]
    fn of(self, at_one: u32) -> u32 {
        (f64::from(at_one) * self.0).round().max(1.0) as u32
    }
}

/// How many things there are of each kind.
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
/// When `output` cannot take it.
pub fn generate(scale: Scale, output: &mut impl Write) -> io::Result<()> {
    let counts = Counts {
        publishers: scale.of(400),
        providers: scale.of(120),
        people: scale.of(60_000),
        books: scale.of(100_000),
        courses: scale.of(50_000),
        careers: scale.of(2_000),
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

/// The code of the thing of this number: no two numbers below 2³⁰ have the same.
fn code_of(number: u32) -> String {
    // Multiplying by an odd number and flipping bits loses nothing, and keeps neighbours apart.
    let mixed = number.wrapping_mul(0x9e37_79b1) ^ 0x2545_f491;
    let symbols = code::ALPHABET.as_bytes();
    (0..code::LENGTH).map(|place| char::from(symbols[(mixed >> (5 * place)) as usize % symbols.len()])).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn text(scale: f64) -> String {
        let mut bytes = Vec::new();
        generate(Scale::new(scale).expect("it is a scale"), &mut bytes).expect("there is room");
        String::from_utf8(bytes).expect("it is UTF-8")
    }

    #[test]
    fn it_is_the_same_each_time() {
        assert_eq!(text(0.002), text(0.002));
    }

    #[test]
    fn the_records_of_a_smaller_catalog_keep_their_names_in_a_larger_one() {
        let names = |text: &str| {
            let records = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("it is JSON"));
            records.map(|record| (record["kind"].clone(), record["slug"].clone())).collect::<HashSet<_>>()
        };
        assert!(names(&text(0.002)).is_subset(&names(&text(0.004))));
    }

    #[test]
    fn codes_differ_and_are_codes() {
        let codes: HashSet<String> = (0..100_000).map(code_of).collect();
        assert_eq!(codes.len(), 100_000);
        assert!(codes.iter().all(|code| code::is_code(code)));
    }
}

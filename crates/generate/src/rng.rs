//! The random number generator of a record.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

/// The kind of a record, so that records of different kinds with the same number draw different values.
#[derive(Clone, Copy, Debug)]
pub enum Stream {
    Organization = 1,
    Person,
    Book,
    Course,
    Career,
    List,
}

/// The random values of one record. `ChaCha8` gives the same numbers on every machine and in every version.
pub struct SeededRng(ChaCha8Rng);

impl SeededRng {
    /// Returns the generator of the record with this number.
    pub fn new(stream: Stream, number: u32) -> Self {
        Self(ChaCha8Rng::seed_from_u64((stream as u64) << 32 | u64::from(number)))
    }

    /// Returns a number below `count`, which must not be 0; all are equally likely.
    pub fn below(&mut self, count: u32) -> u32 {
        let product = u64::from(self.0.next_u32()) * u64::from(count);
        (product >> 32) as u32
    }

    /// Returns a number below `count`, with small numbers far more likely: about half of them are in the first tenth.
    pub fn popular(&mut self, count: u32) -> u32 {
        let unit = f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is below count")]
        let number = (unit.powi(3) * f64::from(count)) as u32;
        number.min(count - 1)
    }

    /// Returns true in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// Returns one of `choices`, which must not be empty; all are equally likely.
    pub fn choose<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(length(choices)) as usize]
    }

    /// Returns one of `choices`, with the first ones far more likely.
    pub fn choose_popular<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.popular(length(choices)) as usize]
    }

    /// Returns up to `wanted` distinct numbers below `count`, distributed as [`SeededRng::popular`] does.
    pub fn distinct(&mut self, wanted: u32, count: u32) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(wanted as usize);
        // The number of attempts is fixed, so that a small `count` ends and every record draws equally often.
        for _ in 0..wanted * 3 {
            let number = self.popular(count);
            if numbers.len() < wanted as usize && !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers
    }
}

fn length<T>(choices: &[T]) -> u32 {
    u32::try_from(choices.len()).unwrap_or(u32::MAX)
}

//! The source that one record is drawn from.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

/// What a record is of, so that no two records are drawn alike.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Organization = 1,
    Person,
    Book,
    Course,
    Career,
    List,
}

/// Chances for one record. `ChaCha8` gives the same numbers on every machine and in every version.
pub struct Draw(ChaCha8Rng);

impl Draw {
    pub fn of(kind: Of, number: u32) -> Self {
        Self(ChaCha8Rng::seed_from_u64((kind as u64) << 32 | u64::from(number)))
    }

    /// A number below `count`, which is not 0; all are equally likely.
    pub fn below(&mut self, count: u32) -> u32 {
        let product = u64::from(self.0.next_u32()) * u64::from(count);
        (product >> 32) as u32
    }

    /// A number below `count`, small ones far more likely: the most popular tenth is met about half of the time.
    pub fn popular(&mut self, count: u32) -> u32 {
        let unit = f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is below count")]
        let number = (unit.powi(3) * f64::from(count)) as u32;
        number.min(count - 1)
    }

    /// Whether something happens that does so in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    pub fn one<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(u32::try_from(choices.len()).unwrap_or(u32::MAX)) as usize]
    }

    /// Up to `wanted` different numbers below `count`, the popular ones first met.
    pub fn several(&mut self, wanted: u32, count: u32) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(wanted as usize);
        // Where nearly all are wanted, one must not draw for ever.
        for _ in 0..wanted * 3 {
            let number = self.popular(count);
            if numbers.len() < wanted as usize && !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers
    }
}

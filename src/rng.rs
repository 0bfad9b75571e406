//! Randomness, injected so that tests can repeat it.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// A source of random number generators, one for each unit of work.
#[derive(Clone)]
pub struct RngSource(Arc<dyn Fn() -> StdRng + Send + Sync>);

impl RngSource {
    /// Returns a source that is seeded by the operating system, and suitable for secrets.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(rand::make_rng::<StdRng>))
    }

    /// Returns a source that repeats the same sequence in every run.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let source = Mutex::new(StdRng::seed_from_u64(seed));
        Self(Arc::new(move || source.lock().unwrap_or_else(PoisonError::into_inner).fork()))
    }

    /// Returns a generator for one unit of work.
    #[must_use]
    pub fn rng(&self) -> Box<dyn Rng + Send + Sync> {
        Box::new((self.0)())
    }
}

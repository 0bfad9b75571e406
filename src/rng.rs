//! Randomness, injected so that tests can repeat it.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// What hands out sources of randomness: one for each piece of work.
#[derive(Clone)]
pub struct RngSource(Arc<dyn Fn() -> StdRng + Send + Sync>);

impl RngSource {
    /// Seeded by the operating system, and good for secrets.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(rand::make_rng::<StdRng>))
    }

    /// The same from one run to the next.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let source = Mutex::new(StdRng::seed_from_u64(seed));
        Self(Arc::new(move || source.lock().unwrap_or_else(PoisonError::into_inner).fork()))
    }

    /// A source of its own for one piece of work.
    #[must_use]
    pub fn rng(&self) -> Box<dyn Rng + Send + Sync> {
        Box::new((self.0)())
    }
}

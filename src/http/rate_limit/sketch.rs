//! Tracks the spending of any number of clients in constant memory, with a count-min sketch.
//! <https://en.wikipedia.org/wiki/Count%E2%80%93min_sketch>
//!
//! Each client has a cell in each of four rows; its smallest cell is an upper bound of its spending. Nothing is
//! evicted, so using many addresses restores no budget. Clients with the same four cells have one budget; the hash is
//! keyed, so nobody can choose a collision.

use std::hash::{BuildHasher, Hash, RandomState};
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;

/// The number of shards, each with its own lock.
const SHARDS: usize = 64;
/// The number of cells per client.
const ROWS: usize = 4;
/// Cells in a row of a shard. All in all, the cells take 4 MiB.
const WIDTH: usize = 2_048;

/// The spending of clients: the time at which each budget is full again, on the limiter's clock.
pub struct Sketch<K> {
    hasher: RandomState,
    shards: Vec<Mutex<Vec<u64>>>,
    key: PhantomData<fn(&K)>,
}

impl<K> Default for Sketch<K> {
    fn default() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::new(vec![0; ROWS * WIDTH])).collect();
        Self { hasher: RandomState::new(), shards, key: PhantomData }
    }
}

impl<K: Hash> Sketch<K> {
    /// Returns the shard of a client and its cells there.
    fn place(&self, key: &K) -> (&Mutex<Vec<u64>>, [usize; ROWS]) {
        let mut hash = self.hasher.hash_one(key);
        let mut digit = |base: usize| {
            let digit = hash % base as u64;
            hash /= base as u64;
            usize::try_from(digit).unwrap_or_default()
        };
        let shard = &self.shards[digit(SHARDS)];
        (shard, std::array::from_fn(|row| row * WIDTH + digit(WIDTH)))
    }
}

impl<K: Hash> StateStore for Sketch<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let (shard, cells) = self.place(key);
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let least = cells.iter().map(|cell| shard[*cell]).min().unwrap_or_default();
        let (outcome, spent) = decide((least > 0).then(|| Nanos::new(least)))?;
        for cell in cells {
            shard[cell] = shard[cell].max(spent.as_u64());
        }
        Ok(outcome)
    }
}

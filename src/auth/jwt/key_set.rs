//! The identity provider's keys as they were last read, and when to read them again.
//!
//! They are read again when they are old, and when a token names a key that is not among them: so a new key works at once
//! and a withdrawn one stops working soon, without a restart. A provider that does not answer is asked at most once in
//! ten seconds, and meanwhile the keys that are known still count, for a day.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use entity::timestamp::Timestamp;
use tokio::sync::Mutex;

use super::Source;
use super::key::Key;
use crate::clock::Clock;

/// How soon after one attempt the next may follow.
const PAUSE: Duration = Duration::from_secs(10);
/// How long keys count that cannot be read again.
const STALE: Duration = Duration::from_hours(24);

/// The keys, and where they come from.
pub struct KeySet {
    source: Source,
    clock: Clock,
    held: RwLock<Held>,
    /// Held by whoever reads them again.
    reading: Mutex<()>,
}

#[derive(Clone, Default)]
struct Held {
    keys: Arc<Vec<Key>>,
    read_at: Option<Timestamp>,
    tried_at: Option<Timestamp>,
}

impl KeySet {
    #[must_use]
    pub fn new(source: Source, clock: Clock) -> Self {
        Self { source, clock, held: RwLock::default(), reading: Mutex::default() }
    }

    /// The keys, read again if they are old, or if `wanted` is not among them; nothing where none are to be had.
    pub async fn keys(&self, wanted: impl Fn(&Key) -> bool) -> Option<Arc<Vec<Key>>> {
        let now = self.clock.now();
        let held = self.held();
        if !held.keys.iter().any(wanted) {
            // Without the key there is no answer: whoever is reading already is waited for.
            let _turn = self.reading.lock().await;
            self.read(now).await;
        } else if is_past(held.read_at, self.source.max_age(), now)
            && let Ok(_turn) = self.reading.try_lock()
        {
            self.read(now).await;
        }
        let held = self.held();
        (!is_past(held.read_at, STALE, now)).then_some(held.keys)
    }

    /// Reads the keys, unless that was tried just now. Call with `reading` held.
    async fn read(&self, now: Timestamp) {
        let mut held = self.held();
        if !is_past(held.tried_at, PAUSE, now) {
            return;
        }
        held.tried_at = Some(now);
        match self.source.read().await {
            Ok(keys) => {
                if keys.is_empty() {
                    tracing::warn!(jwks = %self.source, "the JWKS has no usable key: all JWTs are rejected");
                }
                held.keys = Arc::new(keys);
                held.read_at = Some(now);
            }
            Err(error) => tracing::warn!(jwks = %self.source, %error, "reading the JWKS failed"),
        }
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
    }

    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Whether more than `length` has gone by since `then`. A clock that was put back must not stop the keys from being read.
fn is_past(then: Option<Timestamp>, length: Duration, now: Timestamp) -> bool {
    let Some(then) = then else { return true };
    let length = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    !(0..length).contains(&now.0.saturating_sub(then.0))
}

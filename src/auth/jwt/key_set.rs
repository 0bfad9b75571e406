//! The identity provider's keys as they were last read, and when to read them again.
//!
//! They are read again when they are old, and when a token names a key that is not among them: so a new key works at once
//! and a withdrawn one stops working soon, without a restart. A provider that does not answer is asked at most once in
//! ten seconds, and meanwhile the keys that are known still count, for a day.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use entity::timestamp::Timestamp;
use tokio::sync::Mutex;

use super::JwksSource;
use super::key::Key;
use crate::clock::Clock;

/// How soon after one attempt the next may follow.
const MIN_REFRESH_INTERVAL: Duration = Duration::from_secs(10);
/// How long keys count that cannot be read again.
const MAX_STALENESS: Duration = Duration::from_hours(24);

/// The keys, and where they come from.
pub struct KeySet {
    source: JwksSource,
    clock: Clock,
    cached: RwLock<Cached>,
    /// Held by whoever reads them again.
    refreshing: Mutex<()>,
}

#[derive(Clone, Default)]
struct Cached {
    keys: Arc<Vec<Key>>,
    read_at: Option<Timestamp>,
    attempted_at: Option<Timestamp>,
}

impl KeySet {
    #[must_use]
    pub fn new(source: JwksSource, clock: Clock) -> Self {
        Self { source, clock, cached: RwLock::default(), refreshing: Mutex::default() }
    }

    /// The keys, read again if they are old, or if `wanted` is not among them; nothing where none are to be had.
    pub async fn keys(&self, wanted: impl Fn(&Key) -> bool) -> Option<Arc<Vec<Key>>> {
        let now = self.clock.now();
        let cached = self.cached();
        if !cached.keys.iter().any(wanted) {
            // Without the key there is no answer: whoever is reading already is waited for.
            let _guard = self.refreshing.lock().await;
            self.refresh(now).await;
        } else if has_elapsed(cached.read_at, self.source.max_age(), now)
            && let Ok(_guard) = self.refreshing.try_lock()
        {
            self.refresh(now).await;
        }
        let cached = self.cached();
        (!has_elapsed(cached.read_at, MAX_STALENESS, now)).then_some(cached.keys)
    }

    /// Reads the keys, unless that was tried just now. Call with `reading` held.
    async fn refresh(&self, now: Timestamp) {
        let mut cached = self.cached();
        if !has_elapsed(cached.attempted_at, MIN_REFRESH_INTERVAL, now) {
            return;
        }
        cached.attempted_at = Some(now);
        match self.source.read().await {
            Ok(keys) => {
                if keys.is_empty() {
                    tracing::warn!(jwks = %self.source, "the JWKS has no usable key: all JWTs are rejected");
                }
                cached.keys = Arc::new(keys);
                cached.read_at = Some(now);
            }
            Err(error) => tracing::warn!(jwks = %self.source, %error, "refreshing the JWKS failed"),
        }
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = cached;
    }

    fn cached(&self) -> Cached {
        self.cached.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Whether more than `length` has gone by since `then`. A clock that was put back must not stop the keys from being read.
fn has_elapsed(then: Option<Timestamp>, length: Duration, now: Timestamp) -> bool {
    let Some(then) = then else { return true };
    let length = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    !(0..length).contains(&now.0.saturating_sub(then.0))
}

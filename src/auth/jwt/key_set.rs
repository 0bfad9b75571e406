//! The cached keys of the identity provider.
//!
//! The keys are refreshed when they are old, and when a token names an unknown key: a new key works at once, and a
//! withdrawn one stops working soon. A provider that fails is asked at most once in ten seconds; meanwhile the cached
//! keys stay valid, for up to a day.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use entity::timestamp::Timestamp;
use tokio::sync::Mutex;

use super::JwksSource;
use super::key::Key;
use crate::clock::Clock;

/// The minimum time between two attempts to refresh the keys.
const MIN_REFRESH_INTERVAL: Duration = Duration::from_secs(10);
/// How long cached keys stay valid if they cannot be refreshed.
const MAX_STALENESS: Duration = Duration::from_hours(24);

/// The keys and their source.
pub struct KeySet {
    source: JwksSource,
    clock: Clock,
    cached: RwLock<Cached>,
    /// Held during a refresh.
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

    /// Returns the keys, refreshed if they are old or if none of them is `wanted`. Returns `None` if no keys are
    /// available.
    pub async fn keys(&self, wanted: impl Fn(&Key) -> bool) -> Option<Arc<Vec<Key>>> {
        let now = self.clock.now();
        let cached = self.cached();
        if !cached.keys.iter().any(wanted) {
            // The token cannot be verified without the key, so wait for a refresh in progress.
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

    /// Refreshes the keys, unless the last attempt was too recent. The caller must hold `refreshing`.
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

/// Returns whether more than `length` has passed since `then`. A clock that was set back counts as elapsed, so that it
/// does not stop the refreshes.
fn has_elapsed(then: Option<Timestamp>, length: Duration, now: Timestamp) -> bool {
    let Some(then) = then else { return true };
    let length = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    !(0..length).contains(&now.0.saturating_sub(then.0))
}

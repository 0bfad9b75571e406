//! The rate limit of a client: the cost of its operations, by token or address.
//!
//! Each client has a budget that refills at a constant rate. Programs on this machine are not limited.
//!
//! All budgets in the sketch have the same size. A client with a factor pays only that fraction of a cost, which makes
//! its budget larger by the factor.

mod factors;
mod sketch;

use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use governor::Quota;
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;

use self::factors::Factors;
use self::sketch::Sketch;
use super::error::HttpError;
use super::request_identity::{RateLimitKey, RequestIdentity};
use crate::config::RateLimitSettings;

/// <https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/>
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// The cost of a request that is rejected before execution, for reading it.
pub const REJECTION_COST: usize = 10;

type Budgets = governor::RateLimiter<RateLimitKey, Sketch<RateLimitKey>, MonotonicClock, StateInformationMiddleware>;

/// Limits the cost of each client's operations.
pub struct RateLimiter {
    budgets: Option<Budgets>,
    factors: Factors,
    per_second: u32,
    burst: u32,
    clock: MonotonicClock,
}

/// The remaining budget of a client.
#[derive(Clone, Copy, Debug)]
pub struct Remaining {
    cost: u64,
    /// Seconds until the budget is full.
    full_in: u64,
    /// The size of the full budget.
    burst: u64,
}

impl RateLimiter {
    /// Creates a limiter. `issuer` is the identity provider of the subjects in the settings.
    #[must_use]
    pub fn new(settings: &RateLimitSettings, issuer: Option<&str>) -> Self {
        let per_second = NonZeroU32::new(settings.cost_per_second).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(settings.burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(per_second).allow_burst(burst);
        let clock = MonotonicClock;
        Self {
            budgets: settings.is_enabled.then(|| Budgets::new(quota, Sketch::default(), clock.clone())),
            factors: Factors::new(&settings.factors, issuer),
            per_second: per_second.get(),
            burst: burst.get(),
            clock,
        }
    }

    /// Deducts a cost from the budget of a client, but at most the size of a full budget. Returns the remaining budget
    /// if the client is limited.
    ///
    /// # Errors
    /// Returns an error if the cost exceeds the remaining budget.
    pub fn charge(&self, identity: &RequestIdentity, cost: usize) -> Result<Option<Remaining>, HttpError> {
        identity.rate_limit_key().map_or(Ok(None), |client| self.spend(&client, cost))
    }

    fn spend(&self, client: &RateLimitKey, cost: usize) -> Result<Option<Remaining>, HttpError> {
        let Some(budgets) = &self.budgets else { return Ok(None) };
        let factor = self.factors.of(client);
        let cost = u32::try_from(cost).unwrap_or(u32::MAX).div_ceil(factor);
        let Some(charged) = NonZeroU32::new(cost.min(self.burst)) else { return Ok(None) };
        match budgets.check_key_n(client, charged) {
            Ok(Ok(state)) => {
                let left = state.remaining_burst_capacity();
                let missing = self.burst.saturating_sub(left);
                Ok(Some(Remaining {
                    cost: u64::from(left) * u64::from(factor),
                    full_in: u64::from(missing.div_ceil(self.per_second)),
                    burst: u64::from(self.burst) * u64::from(factor),
                }))
            }
            Ok(Err(exceeded)) => Err(HttpError::rate_limited(exceeded.wait_time_from(self.clock.now()))),
            // Unreachable: a charge never exceeds the full budget.
            Err(_) => Err(HttpError::rate_limited(Duration::from_secs(1))),
        }
    }

    /// Adds the headers that report the remaining budget.
    pub fn add_headers(&self, remaining: Option<Remaining>, response: &mut Response) {
        let Some(Remaining { cost, full_in, burst }) = remaining else { return };
        let window = self.burst.div_ceil(self.per_second);
        let policy = format!("\"cost\";q={burst};w={window}");
        let left = format!("\"cost\";r={cost};t={full_in}");
        for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, left)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;
    use crate::auth::Identity;
    use crate::config::RateLimitFactors;

    /// Returns a limiter with budgets of 100, which hardly refill during a test.
    fn limiter() -> RateLimiter {
        let settings = RateLimitSettings {
            is_enabled: true,
            cost_per_second: 1,
            burst: 100,
            factors: RateLimitFactors::default(),
        };
        RateLimiter::new(&settings, None)
    }

    fn network(number: u128) -> RateLimitKey {
        RateLimitKey::Address(Ipv6Addr::from_bits((0x2001_0db8 << 96) | (number << 64)).into())
    }

    #[test]
    fn other_clients_do_not_evict_a_budget() {
        let limiter = limiter();
        assert!(limiter.spend(&network(0), 100).is_ok());
        for number in 1..200_000 {
            let _ = limiter.spend(&network(number), 1);
            if number % 50_000 == 0 {
                assert!(limiter.spend(&network(0), 100).is_err(), "after {number} others");
            }
        }
    }

    #[test]
    fn exhausted_budgets_do_not_affect_other_clients() {
        let limiter = limiter();
        let count_rejected = |cost: usize, clients: std::ops::Range<u128>| {
            clients.filter(|number| limiter.spend(&network(*number), cost).is_err()).count()
        };
        // The hash differs in each run, so two clients may have the same cells: one in twenty runs has such a pair.
        assert!(count_rejected(100, 0..10_000) < 10);
        assert!(count_rejected(1, 10_000..20_000) < 100);
    }

    #[test]
    fn budgets_are_separate_for_each_identity() {
        let limiter = limiter();
        let clients = [
            Identity::api_token("ci4tzd"),
            Identity::api_token("t4k7mn"),
            Identity::subject("https://id.example", "1"),
            Identity::named("https://id.example", "1"),
        ];
        for client in clients {
            assert!(limiter.spend(&RateLimitKey::Principal(client.clone()), 100).is_ok(), "{client:?}");
            assert!(limiter.spend(&RateLimitKey::Principal(client.clone()), 100).is_err(), "{client:?}");
        }
    }
}

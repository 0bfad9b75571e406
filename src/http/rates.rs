//! How much one client may ask in the course of time: by what its operations cost, by token or address.
//!
//! Each has a purse that fills up steadily. Programs on this machine that ask for themselves are not counted.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::access::Access;
use super::refusal::Refusal;
use crate::config::Rate;

/// <https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/>
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// How many clients are kept in mind before those are forgotten whose purse is full again.
const CLIENTS: usize = 10_000;
/// What a request costs that never came to an operation: reading it was work too.
pub const REFUSED: usize = 10;

/// Whose purse it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// By the name of the viewer.
    Viewer(String),
    Address(IpAddr),
}

type Purses = RateLimiter<Client, HashMapStateStore<Client>, MonotonicClock, StateInformationMiddleware>;

/// The purses of all clients.
pub struct Rates {
    purses: Option<Purses>,
    policy: HeaderValue,
    per_second: u32,
    clock: MonotonicClock,
}

/// What is left in a purse.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    cost: u32,
    /// Until it is full again.
    full_in: u64,
}

impl Rates {
    #[must_use]
    pub fn new(rate: &Rate) -> Self {
        let per_second = NonZeroU32::new(rate.cost).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(rate.burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(per_second).allow_burst(burst);
        let clock = MonotonicClock;
        let purses = Purses::new(quota, HashMapStateStore::default(), clock.clone());
        let policy = format!("\"cost\";q={burst};w={}", u64::from(burst.get()).div_ceil(per_second.get().into()));
        Self {
            purses: rate.is_on.then_some(purses),
            policy: HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("\"cost\"")),
            per_second: per_second.get(),
            clock,
        }
    }

    /// Takes what something costs out of the purse of whoever asks; tells what is left, where it is counted.
    ///
    /// # Errors
    /// When it has not as much.
    pub fn take(&self, access: &Access, cost: usize) -> Result<Option<Left>, Refusal> {
        let (Some(purses), Some(client)) = (&self.purses, access.client()) else { return Ok(None) };
        let Some(cost) = u32::try_from(cost).ok().and_then(NonZeroU32::new) else { return Ok(None) };
        if purses.len() > CLIENTS {
            purses.retain_recent();
            purses.shrink_to_fit();
        }
        match purses.check_key_n(&client, cost) {
            Ok(Ok(state)) => {
                let left = state.remaining_burst_capacity();
                let missing = state.quota().burst_size().get().saturating_sub(left);
                Ok(Some(Left { cost: left, full_in: u64::from(missing.div_ceil(self.per_second)) }))
            }
            Ok(Err(not_yet)) => Err(Refusal::too_often(not_yet.wait_time_from(self.clock.now()))),
            // More than a purse ever holds.
            Err(_) => Err(Refusal::too_often(Duration::from_secs(1))),
        }
    }

    /// Says in an answer what is left.
    pub fn tell(&self, left: Option<Left>, response: &mut Response) {
        let Some(Left { cost, full_in }) = left else { return };
        let headers = response.headers_mut();
        headers.insert(RATE_LIMIT_POLICY, self.policy.clone());
        if let Ok(left) = HeaderValue::try_from(format!("\"cost\";r={cost};t={full_in}")) {
            headers.insert(RATE_LIMIT, left);
        }
    }
}

//! Purges the responses that a change affects from a CDN or another shared cache, *the edge*.
//!
//! Responses have cache tags. The [`Purger`] follows the change feed, maps the changes to tags, and requests the edge to
//! purge them. It purges them again later: a response that was computed before the change can reach the edge after the
//! first purge.
//!
//! One server at a time purges, the one that holds the [lease](lease). It stores how far everything was purged twice,
//! and the next one continues from there.

mod endpoint;
mod lease;
mod outage;
mod progress;
mod purger;
mod stats;

pub use endpoint::EndpointError;
pub use purger::Purger;
pub use stats::PurgerStats;

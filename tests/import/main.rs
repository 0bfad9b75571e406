//! Import and export through their public API, each case on an empty catalog of its own.
//!
//! A case is an `async fn(&Database)`, so that another engine is one more runner, not one more set of tests.

#[path = "import/harness.rs"]
mod harness;
#[path = "import/refused.rs"]
mod refused;
#[path = "import/round_trip.rs"]
mod round_trip;
#[path = "import/skip_failed.rs"]
mod skip_failed;
#[path = "import/taken.rs"]
mod taken;

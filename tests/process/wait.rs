//! Waiting for an event, with a limit.

use std::time::{Duration, Instant};

use tokio::time::sleep;

/// How long a test waits for an expected event.
const PATIENCE: Duration = Duration::from_mins(1);
/// The interval between attempts to observe it.
const INTERVAL: Duration = Duration::from_millis(10);

/// Waits until a condition holds.
pub async fn until(expected: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !holds().await {
        assert!(begin.elapsed() < PATIENCE, "not within {PATIENCE:?}: {expected}");
        sleep(INTERVAL).await;
    }
}

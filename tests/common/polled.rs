//! Futures that are dropped before their end.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Polls a future so many times, at least once, and then drops it. Its output where it came to its end.
pub async fn polled<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut polls = 1..=polls;
    poll_fn(|context| match (polls.next().map(|_| future.as_mut().poll(context)), polls.is_empty()) {
        (Some(Poll::Ready(output)), _) => Poll::Ready(Some(output)),
        (_, true) => Poll::Ready(None),
        (_, false) => Poll::Pending,
    })
    .await
}

//! Futures that are dropped before they complete.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Polls a future `count` times, at least once, and then drops it. Returns its output if it completed.
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

//! Detects idle connections, and connections whose client has stopped reading.
//!
//! hyper limits only how long an HTTP/1 client can take to send the head of a request: an HTTP/2 client that answers
//! pings can stay forever, and so can a client of either protocol that never reads its response, or never opens the
//! flow-control window of its stream. Time is counted in periods, so that a request costs a few atomic additions and no
//! timer.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use hyper::body::{Body as HttpBody, Buf, Bytes, Frame, SizeHint};

/// The requests of one connection, and the unsent chunks of its responses.
#[derive(Default)]
pub struct Activity {
    requests: AtomicUsize,
    was_used: AtomicBool,
    period: AtomicUsize,
    /// Chunks that wait to be sent, by the parity of the period in which they last made progress.
    unsent: [AtomicUsize; 2],
}

impl Activity {
    /// Returns whether no request was in progress since the last call, and every response is sent.
    pub fn was_idle(&self) -> bool {
        let was_used = self.was_used.swap(false, Ordering::Relaxed);
        let in_progress = [&self.requests, &self.unsent[0], &self.unsent[1]];
        !was_used && in_progress.iter().all(|count| count.load(Ordering::Relaxed) == 0)
    }

    /// Returns whether a part of a response made no progress since the last call, which ends a period.
    pub fn is_stalled(&self) -> bool {
        let next = self.period.load(Ordering::Relaxed).wrapping_add(1);
        // The next period has the parity of the one before the period that ends.
        let is_stalled = self.unsent[next % 2].load(Ordering::Relaxed) > 0;
        self.period.store(next, Ordering::Relaxed);
        is_stalled
    }

    fn parity(&self) -> usize {
        self.period.load(Ordering::Relaxed) % 2
    }
}

/// A request in progress, until its response is sent.
pub struct RequestInProgress(Arc<Activity>);

impl RequestInProgress {
    pub fn begin(activity: &Arc<Activity>) -> Self {
        activity.requests.fetch_add(1, Ordering::Relaxed);
        Self(activity.clone())
    }

    /// Tracks the body of the response.
    pub fn track(self, body: Body) -> TrackedBody {
        TrackedBody { body, request: self }
    }
}

impl Drop for RequestInProgress {
    fn drop(&mut self) {
        self.0.was_used.store(true, Ordering::Relaxed);
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The body of a response whose chunks are tracked until they are sent.
pub struct TrackedBody {
    body: Body,
    request: RequestInProgress,
}

impl HttpBody for TrackedBody {
    type Data = TrackedChunk;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<TrackedChunk>, axum::Error>>> {
        let Self { body, request } = self.get_mut();
        let frame = ready!(Pin::new(body).poll_frame(context));
        Poll::Ready(
            frame.map(|frame| frame.map(|frame| frame.map_data(|bytes| TrackedChunk::new(bytes, request.0.clone())))),
        )
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A chunk of a response. hyper drops it when it is sent, in HTTP/2 after the client has opened the window for it.
pub struct TrackedChunk {
    bytes: Bytes,
    activity: Arc<Activity>,
    parity: usize,
}

impl TrackedChunk {
    fn new(bytes: Bytes, activity: Arc<Activity>) -> Self {
        let parity = activity.parity();
        activity.unsent[parity].fetch_add(1, Ordering::Relaxed);
        Self { bytes, activity, parity }
    }
}

impl Buf for TrackedChunk {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        let parity = self.activity.parity();
        if parity != self.parity {
            self.activity.unsent[parity].fetch_add(1, Ordering::Relaxed);
            self.activity.unsent[self.parity].fetch_sub(1, Ordering::Relaxed);
            self.parity = parity;
        }
    }

    fn copy_to_bytes(&mut self, length: usize) -> Bytes {
        self.bytes.copy_to_bytes(length)
    }
}

impl Drop for TrackedChunk {
    fn drop(&mut self) {
        self.activity.unsent[self.parity].fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_idle_after_a_period_without_requests() {
        let activity = Arc::new(Activity::default());
        assert!(activity.was_idle(), "nothing came since it began");
        let request = RequestInProgress::begin(&activity);
        assert!(!activity.was_idle());
        drop(request);
        assert!(!activity.was_idle(), "one ended in this period");
        assert!(activity.was_idle());
    }

    #[test]
    fn a_connection_is_not_idle_before_its_responses_are_sent() {
        let activity = Arc::new(Activity::default());
        let chunk = TrackedChunk::new(Bytes::from_static(b"abc"), activity.clone());
        assert!(!activity.was_idle());
        assert!(!activity.is_stalled(), "its period is not over");
        assert!(!activity.was_idle());
        drop(chunk);
        assert!(activity.was_idle());
    }

    #[test]
    fn a_chunk_without_progress_for_a_period_stalls_its_connection() {
        let activity = Arc::new(Activity::default());
        let mut chunk = TrackedChunk::new(Bytes::from_static(b"abc"), activity.clone());
        assert!(!activity.is_stalled(), "its period is not over");
        chunk.advance(1);
        assert!(!activity.is_stalled());
        assert!(activity.is_stalled());
        drop(chunk);
        let _ = activity.is_stalled();
        assert!(!activity.is_stalled());
    }
}

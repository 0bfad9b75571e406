//! Signals long-lived tasks that the server stops, and waits for them.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The stop signal of one server, and the tasks that it waits for. Clones refer to the same ones.
#[derive(Clone, Default)]
pub struct Shutdown {
    /// Canceled when the server is going to stop, and requests should go to another one.
    pub draining: CancellationToken,
    /// Canceled when the server stops.
    pub signal: CancellationToken,
    /// Every connection, HTTP/2 stream, WebSocket and event stream.
    pub tasks: TaskTracker,
}

impl Shutdown {
    /// Signals all long-lived tasks to end.
    pub fn begin(&self) {
        self.signal.cancel();
        self.tasks.close();
    }
}

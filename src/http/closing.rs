//! How connections that stay open hear that the server stops, and how the server hears that they are gone.

use std::future::pending;

use tokio::sync::watch;

/// Held by every connection that stays open, for as long as it does.
#[derive(Clone)]
pub struct Closing(watch::Receiver<bool>);

/// Held by the server.
pub struct Close(watch::Sender<bool>);

/// The two ends.
pub fn channel() -> (Close, Closing) {
    let (sender, receiver) = watch::channel(false);
    (Close(sender), Closing(receiver))
}

impl Closing {
    /// Of a router without a server: it never stops.
    pub fn never() -> Self {
        channel().1
    }

    /// Whether the server is about to stop.
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the server stops.
    pub async fn wait(&mut self) {
        if self.0.wait_for(|closing| *closing).await.is_err() {
            pending::<()>().await;
        }
    }
}

impl Close {
    /// Tells all connections to end.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Waits until the last of them has.
    pub async fn finished(&self) {
        self.0.closed().await;
    }
}

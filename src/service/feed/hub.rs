//! The hub: one task that polls the change feed and sends new rows to all subscribers.
//!
//! It polls after each notification of the [notifier](crate::db::ChangeNotifier), and once a second: a notification can be lost,
//! another process can write to the same SQLite file, and scheduled publications become due without a commit. Without
//! subscribers, there is no task.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::{self, Receiver, Sender, WeakSender};
use tokio::sync::{Mutex, watch};
use tokio::time::{MissedTickBehavior, interval};

use super::apply_due_publications;
use crate::clock::Clock;
use crate::db::Database;
use crate::loader::{PageOfChanges, ReadError, Reader, Scope, read_changes, read_feed_end};
use crate::model::ChangeEvent;

/// How often the hub polls without a notification.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// The maximum number of rows of a batch.
pub const BATCH: u32 = 500;

/// New rows of the feed, oldest first.
pub type Batch = Arc<[Arc<ChangeEvent>]>;

/// The result of a poll.
enum PollOutcome {
    /// All rows were sent.
    CaughtUp,
    /// Rows were purged before they were sent. Each subscriber has to check whether it missed any.
    Gap,
}

/// Returns a sender without a task.
fn none() -> WeakSender<Batch> {
    broadcast::channel(1).0.downgrade()
}

/// Sends new rows of the change feed of a database to subscribers.
pub struct Hub {
    pub(super) database: Database,
    pub(super) clock: Clock,
    /// The maximum number of batches that a subscriber can lag behind.
    backlog: usize,
    /// The sender of the task, while it runs. Starting and stopping the task requires the lock.
    task: Mutex<WeakSender<Batch>>,
}

impl Hub {
    #[must_use]
    pub fn new(database: Database, clock: Clock, backlog: usize) -> Arc<Self> {
        Arc::new(Self { database, clock, backlog: backlog.max(1), task: Mutex::new(none()) })
    }

    /// Subscribes to all rows that are committed from now on.
    ///
    /// # Errors
    /// Returns the error of the database.
    pub(super) async fn join(self: &Arc<Self>) -> Result<Receiver<Batch>, ReadError> {
        let mut task = self.task.lock().await;
        if let Some(sender) = task.upgrade() {
            return Ok(sender.subscribe());
        }
        // Subscribes before reading the end of the feed, so that later commits notify.
        let notifications = self.database.notifier().subscribe();
        let place = read_feed_end(&self.reader()).await?;
        let (sender, receiver) = broadcast::channel(self.backlog);
        *task = sender.downgrade();
        tokio::spawn(self.clone().run(sender, notifications, place));
        Ok(receiver)
    }

    /// Sends the rows after `place` until there are no subscribers.
    async fn run(self: Arc<Self>, sender: Sender<Batch>, mut notifications: watch::Receiver<()>, mut place: i64) {
        let mut look = interval(POLL_INTERVAL);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failed = false;
        loop {
            tokio::select! {
                () = sender.closed() => {
                    let mut task = self.task.lock().await;
                    if sender.receiver_count() == 0 {
                        // The next subscriber starts another task.
                        *task = none();
                        return;
                    }
                }
                // The sender belongs to the own database handle, so it exists.
                _ = notifications.changed() => {}
                _ = look.tick() => {}
            }
            match self.poll(&sender, &mut place).await {
                Ok(PollOutcome::CaughtUp) => failed = false,
                Ok(PollOutcome::Gap) => {
                    *self.task.lock().await = none();
                    return;
                }
                // Logs once per outage, not once per poll.
                Err(error) if !failed => {
                    failed = true;
                    tracing::warn!(reason = error.reason(), "polling the change feed failed");
                }
                Err(_) => {}
            }
        }
    }

    /// Returns a reader of all rows. Subscribers filter by visibility.
    pub(super) fn reader(&self) -> Reader {
        Reader::new(self.database.clone(), Scope { now: self.clock.now(), drafts: true })
    }

    async fn poll(&self, sender: &Sender<Batch>, place: &mut i64) -> Result<PollOutcome, ReadError> {
        let reader = self.reader();
        apply_due_publications(&self.database, reader.scope().now).await?;
        loop {
            let asked = PageOfChanges { after: Some(*place), limit: BATCH, kinds: None, subject: None };
            let slice = read_changes(&reader, &asked).await?;
            if slice.is_expired {
                return Ok(PollOutcome::Gap);
            }
            let page = slice.page;
            let batch: Batch = page.edges.iter().map(|edge| edge.node.clone()).collect();
            let Some(last) = batch.last() else { return Ok(PollOutcome::CaughtUp) };
            *place = last.id;
            // The send fails if the last subscriber has left; the next iteration detects this.
            let _ = sender.send(batch);
            if !page.more {
                return Ok(PollOutcome::CaughtUp);
            }
        }
    }
}

//! The hub: one task that looks at the feed for everybody who follows it, and tells them all of each new row.
//!
//! It looks when the [bell](crate::db::Bell) rings, and once a second as well: a ring may be lost, a second process may
//! write to the same SQLite file, and what is scheduled falls due without a commit. While nobody follows there is no task.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::{self, Receiver, Sender, WeakSender};
use tokio::sync::{Mutex, watch};
use tokio::time::{MissedTickBehavior, interval};

use super::apply_due_publications;
use crate::clock::Clock;
use crate::db::Database;
use crate::loader::{PageOfChanges, ReadError, Reader, Scope, read_changes, read_feed_end};
use crate::model::Change;

/// How long a change goes unnoticed at most for which no bell rang.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// How many rows are read at once, and handed on as one batch.
pub const BATCH: u32 = 500;

/// New rows of the feed, oldest first.
pub type Batch = Arc<[Arc<Change>]>;

/// What came of a look at the feed.
enum PollOutcome {
    /// Everything that there was.
    CaughtUp,
    /// Nothing: rows that were not told of are kept no more. Each follower has to see where that leaves it.
    Gap,
}

/// No task.
fn none() -> WeakSender<Batch> {
    broadcast::channel(1).0.downgrade()
}

/// Tells of new rows of one database's feed.
pub struct Hub {
    pub(super) database: Database,
    pub(super) clock: Clock,
    /// How many batches a follower may be behind.
    backlog: usize,
    /// What the task sends on, while it runs. Whoever starts or ends it holds the lock.
    task: Mutex<WeakSender<Batch>>,
}

impl Hub {
    #[must_use]
    pub fn new(database: Database, clock: Clock, backlog: usize) -> Arc<Self> {
        Arc::new(Self { database, clock, backlog: backlog.max(1), task: Mutex::new(none()) })
    }

    /// Hears of every row that is committed from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn join(self: &Arc<Self>) -> Result<Receiver<Batch>, ReadError> {
        let mut task = self.task.lock().await;
        if let Some(sender) = task.upgrade() {
            return Ok(sender.subscribe());
        }
        // Before the end is read: what is committed after that rings.
        let bell = self.database.bell().hear();
        let place = read_feed_end(&self.reader()).await?;
        let (sender, receiver) = broadcast::channel(self.backlog);
        *task = sender.downgrade();
        tokio::spawn(self.clone().run(sender, bell, place));
        Ok(receiver)
    }

    /// Tells of what comes behind `place`, until nobody follows any more.
    async fn run(self: Arc<Self>, sender: Sender<Batch>, mut bell: watch::Receiver<()>, mut place: i64) {
        let mut look = interval(POLL_INTERVAL);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failed = false;
        loop {
            tokio::select! {
                () = sender.closed() => {
                    let mut task = self.task.lock().await;
                    if sender.receiver_count() == 0 {
                        // Whoever joins next starts another task, whatever is left of this one until then.
                        *task = none();
                        return;
                    }
                }
                // The handle that rings is our own, so it is there.
                _ = bell.changed() => {}
                _ = look.tick() => {}
            }
            match self.poll(&sender, &mut place).await {
                Ok(PollOutcome::CaughtUp) => failed = false,
                Ok(PollOutcome::Gap) => {
                    *self.task.lock().await = none();
                    return;
                }
                // Once for each time that it is lost, not once a second.
                Err(error) if !failed => {
                    failed = true;
                    tracing::warn!(cause = ?error, "polling the change feed failed");
                }
                Err(_) => {}
            }
        }
    }

    /// Reads everything: what a follower may see is for the follower to ask.
    pub(super) fn reader(&self) -> Reader {
        Reader::new(self.database.clone(), Scope { now: self.clock.now(), drafts: true })
    }

    async fn poll(&self, sender: &Sender<Batch>, place: &mut i64) -> Result<PollOutcome, ReadError> {
        let reader = self.reader();
        apply_due_publications(&self.database, reader.scope().now).await?;
        loop {
            let asked = PageOfChanges { after: Some(*place), limit: BATCH, kinds: None, subject: None };
            let stretch = read_changes(&reader, &asked).await?;
            if stretch.expired {
                return Ok(PollOutcome::Gap);
            }
            let page = stretch.page;
            let batch: Batch = page.edges.iter().map(|edge| edge.node.clone()).collect();
            let Some(last) = batch.last() else { return Ok(PollOutcome::CaughtUp) };
            *place = last.id;
            // Nobody may be left to hear it, which is found out next.
            let _ = sender.send(batch);
            if !page.more {
                return Ok(PollOutcome::CaughtUp);
            }
        }
    }
}

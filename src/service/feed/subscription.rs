//! Subscribes to the change feed from a position on: first the rows of the table, then those of the hub, without gaps
//! and duplicates.

use std::collections::VecDeque;
use std::sync::Arc;

use entity::kind::NodeKind;
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::apply_due_publications;
use super::hub::{BATCH, Batch, Hub};
use crate::loader::{PageOfChanges, ReadError, Reader, Scope, read_changes, read_feed_end};
use crate::model::ChangeEvent;

/// The changes that a subscriber receives.
#[derive(Clone, Debug)]
pub struct ChangeFilter {
    /// Only changes of these kinds.
    pub kinds: Option<Vec<NodeKind>>,
    /// Only changes of this record, by kind and code.
    pub subject: Option<(NodeKind, String)>,
    /// The position to start after. `None` starts at the end of the feed.
    pub after: Option<i64>,
    /// The visibility scope of the subscriber.
    pub scope: Scope,
}

/// The reason why a subscription ends.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FeedError {
    #[error("the changes after this cursor are no longer available")]
    Expired,
    #[error("the subscriber is too slow")]
    Lagged,
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// A subscription to the feed.
struct FeedSubscription {
    hub: Arc<Hub>,
    interest: ChangeFilter,
    /// The id of the last row that was read.
    place: i64,
    /// Whether the table may contain rows that the hub sent earlier.
    behind: bool,
    receiver: Receiver<Batch>,
    /// Changes that were read but not returned yet.
    found: VecDeque<Arc<ChangeEvent>>,
}

impl Hub {
    /// Subscribes to the feed. The stream ends with a [`FeedError`].
    ///
    /// # Errors
    /// Returns an error if the position is not available, or the database fails.
    pub async fn subscribe(
        self: &Arc<Self>,
        interest: ChangeFilter,
    ) -> Result<impl Stream<Item = Result<Arc<ChangeEvent>, FeedError>> + Send + use<>, FeedError> {
        // The order matters: the receiver gets all rows from here on, and the table has all rows that the hub sent
        // before.
        let receiver = self.join().await?;
        apply_due_publications(&self.database, self.clock.now()).await.map_err(ReadError::from)?;
        let behind = interest.after.is_some();
        let place = match interest.after {
            Some(place) => place,
            None => read_feed_end(&self.reader()).await?,
        };
        let hub = self.clone();
        let mut follower = FeedSubscription { hub, interest, place, behind, receiver, found: VecDeque::new() };
        if behind {
            follower.catch_up().await?;
        }
        Ok(stream::unfold(Some(follower), async |follower| {
            let mut follower = follower?;
            match follower.next().await {
                Ok(change) => Some((Ok(change), Some(follower))),
                Err(lost) => Some((Err(lost), None)),
            }
        }))
    }
}

impl FeedSubscription {
    async fn next(&mut self) -> Result<Arc<ChangeEvent>, FeedError> {
        loop {
            if let Some(change) = self.found.pop_front() {
                return Ok(change);
            }
            if self.behind {
                self.catch_up().await?;
            } else {
                self.listen().await?;
            }
        }
    }

    /// Reads the next page of the table.
    async fn catch_up(&mut self) -> Result<(), FeedError> {
        let scope = Scope { now: self.hub.clock.now(), ..self.interest.scope };
        let ChangeFilter { kinds, subject, .. } = self.interest.clone();
        let asked = PageOfChanges { after: Some(self.place), limit: BATCH, kinds, subject };
        let slice = read_changes(&Reader::new(self.hub.database.clone(), scope), &asked).await?;
        if slice.is_expired {
            return Err(FeedError::Expired);
        }
        self.behind = slice.page.more;
        self.found.extend(slice.page.edges.iter().map(|edge| edge.node.clone()));
        self.place = self.found.back().map_or(self.place, |last| last.id);
        Ok(())
    }

    /// Waits for the next batch of the hub.
    async fn listen(&mut self) -> Result<(), FeedError> {
        let batch = match self.receiver.recv().await {
            Ok(batch) => batch,
            Err(RecvError::Lagged(_)) => return Err(FeedError::Lagged),
            // The task of the hub ended because of a gap or a panic. Reading the table tells whether this subscriber
            // missed rows.
            Err(RecvError::Closed) => {
                self.receiver = self.hub.join().await?;
                self.behind = true;
                return Ok(());
            }
        };
        for change in batch.iter().filter(|change| change.id > self.place) {
            if self.interest.matches(change) {
                self.found.push_back(change.clone());
            }
        }
        self.place = batch.last().map_or(self.place, |last| last.id.max(self.place));
        Ok(())
    }
}

impl ChangeFilter {
    fn matches(&self, change: &ChangeEvent) -> bool {
        let is_subject = |(kind, code): &(NodeKind, String)| *kind == change.kind && *code == change.code;
        self.scope.tells_of(change)
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&change.kind))
            && self.subject.as_ref().is_none_or(is_subject)
    }
}

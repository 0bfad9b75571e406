//! The visibility of items, from their status and the clock. No job publishes scheduled items: the times are compared
//! when items are read.

mod transition;

use entity::enums::Status;
use entity::timestamp::Timestamp;

pub use transition::{Transition, TransitionError};

/// The publication status of an item at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublicationStatus {
    /// Not published.
    Draft,
    /// Published at a future time.
    Scheduled,
    /// Public.
    Published,
    /// No longer public.
    Archived,
}

impl PublicationStatus {
    /// Returns the status at `now`. A published item without a date counts as a draft; the database does not allow it.
    #[must_use]
    pub fn of(status: Status, published_at: Option<Timestamp>, now: Timestamp) -> Self {
        match (status, published_at) {
            (Status::Draft, _) | (Status::Published, None) => Self::Draft,
            (Status::Published, Some(from)) if from > now => Self::Scheduled,
            (Status::Published, Some(_)) => Self::Published,
            (Status::Archived, _) => Self::Archived,
        }
    }
}

/// Returns the time from which an item is public. `None` if there is no such time.
#[must_use]
pub fn visible_from(status: Status, published_at: Option<Timestamp>) -> Option<Timestamp> {
    published_at.filter(|_| status == Status::Published)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    #[test]
    fn future_publications_are_scheduled() {
        for (published_at, expected) in [
            (Some(Timestamp(999)), PublicationStatus::Published),
            (Some(NOW), PublicationStatus::Published),
            (Some(Timestamp(1_001)), PublicationStatus::Scheduled),
            (None, PublicationStatus::Draft),
        ] {
            assert_eq!(PublicationStatus::of(Status::Published, published_at, NOW), expected);
        }
    }

    #[test]
    fn drafts_and_archived_items_ignore_their_date() {
        for published_at in [None, Some(Timestamp(1)), Some(Timestamp(2_000))] {
            assert_eq!(PublicationStatus::of(Status::Draft, published_at, NOW), PublicationStatus::Draft);
            assert_eq!(PublicationStatus::of(Status::Archived, published_at, NOW), PublicationStatus::Archived);
        }
    }

    #[test]
    fn only_published_items_have_a_visibility_date() {
        assert_eq!(visible_from(Status::Published, Some(NOW)), Some(NOW));
        assert_eq!(visible_from(Status::Published, None), None);
        assert_eq!(visible_from(Status::Draft, Some(NOW)), None);
        assert_eq!(visible_from(Status::Archived, Some(NOW)), None);
    }
}

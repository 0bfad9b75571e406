//! When an item shows: what an editor decided, held against the clock. No job turns a scheduled item into a published
//! one; the times are compared whenever somebody looks.

mod transition;

use entity::choice::Status;
use entity::timestamp::Timestamp;

pub use transition::{Transition, TransitionError};

/// Where an item stands in its life, as everybody sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublicationStatus {
    /// Being written.
    Draft,
    /// Decided to be published, at a time that is still to come.
    Scheduled,
    /// There for everybody.
    Published,
    /// Taken away for good, but kept.
    Archived,
}

impl PublicationStatus {
    /// Where an item stands at `now`. One that is to be published at no time whatever is still a draft; the database
    /// keeps that from being written.
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

/// From when on everybody sees an item; nothing where no such time is set.
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

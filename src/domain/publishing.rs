//! When an item is there for everybody.

use entity::choice::Status;
use entity::timestamp::Timestamp;

/// Where an item is between being written and being withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicationStatus {
    Draft,
    Scheduled,
    Published,
    Archived,
}

impl PublicationStatus {
    /// The status at a moment: what is published from a later moment on is scheduled.
    #[must_use]
    pub fn of(status: Status, published_at: Option<Timestamp>, now: Timestamp) -> Self {
        match status {
            Status::Draft => Self::Draft,
            Status::Archived => Self::Archived,
            Status::Published if published_at.is_some_and(|at| at > now) => Self::Scheduled,
            Status::Published => Self::Published,
        }
    }
}

/// From when on an item is there for everybody; never, where it is not published.
#[must_use]
pub fn visible_from(status: Status, published_at: Option<Timestamp>) -> Option<Timestamp> {
    published_at.filter(|_| status == Status::Published)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_published_becomes_visible() {
        let (now, later) = (Timestamp(10), Timestamp(11));
        let of = |status, at| PublicationStatus::of(status, at, now);
        assert_eq!(of(Status::Draft, Some(now)), PublicationStatus::Draft);
        assert_eq!(of(Status::Archived, Some(now)), PublicationStatus::Archived);
        assert_eq!(of(Status::Published, Some(now)), PublicationStatus::Published);
        assert_eq!(of(Status::Published, Some(later)), PublicationStatus::Scheduled);
        assert_eq!(visible_from(Status::Published, Some(later)), Some(later));
        assert_eq!(visible_from(Status::Draft, Some(now)), None);
    }
}

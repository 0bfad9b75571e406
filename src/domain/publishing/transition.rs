//! The steps from one publication status to the next.

use entity::choice::Status;
use entity::timestamp::Timestamp;

use super::PublicationStatus;

/// A step that an editor takes with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// Shows it from a moment on; from now on where none is given.
    Publish { at: Option<Timestamp> },
    /// Makes it a draft again.
    Unpublish,
    /// Withdraws it, and keeps it.
    Archive,
}

/// Why a step cannot be taken from where an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    #[error("is already published: pass `at` to change its publication date")]
    AlreadyPublished,
    #[error("is published and cannot be scheduled: unpublish it first")]
    CannotSchedule,
    #[error("is already a draft")]
    AlreadyDraft,
    #[error("is already archived")]
    AlreadyArchived,
}

impl Transition {
    /// Where an item in `status` comes to by this step: what is decided about it, and its date of publication.
    ///
    /// A draft can be published, scheduled or archived; what is scheduled can be given another time, published at
    /// once, withdrawn or archived; what is published can be withdrawn or archived, or given another date in the past; what
    /// is archived can be published, scheduled or made a draft again. A draft has no date; what was published and is
    /// archived keeps its own.
    ///
    /// # Errors
    /// When the step leads nowhere from there.
    pub fn apply(
        self,
        status: PublicationStatus,
        published_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(Status, Option<Timestamp>), TransitionError> {
        use PublicationStatus::{Archived, Draft, Published, Scheduled};
        match (self, status) {
            (Self::Publish { at: None }, Published) => Err(TransitionError::AlreadyPublished),
            (Self::Publish { at: Some(at) }, Published) if at > now => Err(TransitionError::CannotSchedule),
            (Self::Publish { at }, Draft | Scheduled | Published | Archived) => {
                Ok((Status::Published, Some(at.unwrap_or(now))))
            }
            (Self::Unpublish, Draft) => Err(TransitionError::AlreadyDraft),
            (Self::Unpublish, Scheduled | Published | Archived) => Ok((Status::Draft, None)),
            (Self::Archive, Archived) => Err(TransitionError::AlreadyArchived),
            (Self::Archive, Draft | Scheduled | Published) => {
                Ok((Status::Archived, published_at.filter(|at| *at <= now)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(10);
    const PAST: Timestamp = Timestamp(9);
    const LATER: Timestamp = Timestamp(11);

    #[test]
    fn transitions_succeed_or_report_the_reason() {
        use PublicationStatus::{Archived, Draft, Published, Scheduled};
        use TransitionError::{AlreadyArchived, AlreadyDraft, AlreadyPublished, CannotSchedule};
        let publish = Transition::Publish { at: None };
        let back_dated = Transition::Publish { at: Some(PAST) };
        let schedule = Transition::Publish { at: Some(LATER) };
        let (shown, drafted) = (Ok((Status::Published, Some(NOW))), Ok((Status::Draft, None)));
        let (dated, planned) = (Ok((Status::Published, Some(PAST))), Ok((Status::Published, Some(LATER))));
        for (status, had, expected) in [
            (Draft, None, [shown, dated, planned, Err(AlreadyDraft), Ok((Status::Archived, None))]),
            (Scheduled, Some(LATER), [shown, dated, planned, drafted, Ok((Status::Archived, None))]),
            (
                Published,
                Some(PAST),
                [Err(AlreadyPublished), dated, Err(CannotSchedule), drafted, Ok((Status::Archived, Some(PAST)))],
            ),
            (Archived, Some(PAST), [shown, dated, planned, drafted, Err(AlreadyArchived)]),
        ] {
            let steps = [publish, back_dated, schedule, Transition::Unpublish, Transition::Archive];
            for (step, expected) in steps.into_iter().zip(expected) {
                assert_eq!(step.apply(status, had, NOW), expected, "{step:?} from {status:?}");
            }
        }
    }
}

//! Changes of the publication status.

use entity::enums::Status;
use entity::timestamp::Timestamp;

use super::PublicationStatus;

/// A change of the publication status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// Publishes the item at a time; `None` publishes it immediately.
    Publish { at: Option<Timestamp> },
    /// Makes it a draft.
    Unpublish,
    /// Archives it.
    Archive,
}

/// An invalid change of the publication status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    #[error("is already published: pass publishAt to correct publishedAt")]
    AlreadyPublished,
    #[error("is published and cannot be scheduled: unpublish it first")]
    CannotSchedule,
    #[error("is already a draft")]
    AlreadyDraft,
    #[error("is already archived")]
    AlreadyArchived,
}

impl Transition {
    /// Applies the change to an item in `status`. Returns its new status and publication date.
    ///
    /// A draft can be published, scheduled or archived. A scheduled item can be rescheduled, published immediately,
    /// unpublished or archived. A published item can be unpublished or archived, or get another date in the past. An
    /// archived item can be published, scheduled or made a draft. A draft has no date; an archived item that was
    /// published keeps its date.
    ///
    /// # Errors
    /// Returns an error if the change is not possible.
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

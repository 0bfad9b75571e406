//! A duration on the command line: `90d`.

use std::time::Duration;

use entity::timestamp::Timestamp;

use crate::config;

/// The maximum duration: 100 years, in days.
const MAX_DAYS: u64 = 36_500;

/// A duration with a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HumanDuration(Duration);

impl HumanDuration {
    /// Returns the time at this duration after another.
    pub fn after(self, moment: Timestamp) -> Timestamp {
        Timestamp(moment.0.saturating_add(self.micros()))
    }

    /// Returns the time at this duration before another.
    pub fn before(self, moment: Timestamp) -> Timestamp {
        Timestamp(moment.0.saturating_sub(self.micros()))
    }

    fn micros(self) -> i64 {
        i64::try_from(self.0.as_micros()).unwrap_or(i64::MAX)
    }
}

/// Parses `90d`.
pub fn parse(text: &str) -> Result<HumanDuration, String> {
    config::duration(text, MAX_DAYS).map(HumanDuration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_added_and_subtracted() {
        let duration = parse("2s").expect("the duration is valid");
        assert_eq!(duration.after(Timestamp(1)), Timestamp(2_000_001));
        assert_eq!(duration.before(Timestamp(2_000_001)), Timestamp(1));
        assert!(parse("36501d").is_err(), "it exceeds the maximum");
    }
}

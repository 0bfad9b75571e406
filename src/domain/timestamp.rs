//! Timestamps in the format of RFC 3339, with an offset.

use chrono::{DateTime, Datelike, Utc};
use entity::timestamp::Timestamp;
use thiserror::Error;

/// The length of the date.
const DATE_LENGTH: usize = 10;

/// An invalid timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TimestampError {
    /// The text has another format, or the day does not exist.
    #[error("is not a timestamp: write it like 2024-03-29T12:00:00Z")]
    Malformed,
    /// The text has no time, and a date starts at different times around the world.
    #[error("has no time of day: write it like 2024-03-29T00:00:00Z")]
    DateOnly,
    /// The text has no offset.
    #[error("has no UTC offset: append Z or an offset such as +02:00")]
    NoOffset,
    /// RFC 3339 years have four digits.
    #[error("is outside the years 0001 to 9999 (UTC)")]
    Year,
}

/// Parses a timestamp with a precision of microseconds; finer fractions are truncated. The letters T and Z can be
/// lowercase. A leap second (`23:59:60`) becomes the following second.
///
/// # Errors
/// Returns an error if the text is not a timestamp, has no time or offset, or is outside the years 0001 to 9999.
pub fn parse(text: &str) -> Result<Timestamp, TimestampError> {
    let Some((date, time)) = text.split_at_checked(DATE_LENGTH) else { return Err(TimestampError::Malformed) };
    let is_date = date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_date && time.is_empty() {
        return Err(TimestampError::DateOnly);
    }
    if !time.starts_with(['T', 't']) {
        return Err(TimestampError::Malformed);
    }
    let moment = DateTime::parse_from_rfc3339(text).map_err(|_| {
        let only_digits = time[1..].bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'));
        if is_date && only_digits { TimestampError::NoOffset } else { TimestampError::Malformed }
    })?;
    let moment = moment.with_timezone(&Utc);
    if (1..=9999).contains(&moment.year()) { Ok(Timestamp::from(moment)) } else { Err(TimestampError::Year) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Result<String, TimestampError> {
        parse(text).map(Timestamp::to_rfc3339)
    }

    #[test]
    fn timestamps_are_parsed_and_converted_to_utc() {
        for (text, moment) in [
            ("2024-03-29T00:00:00Z", "2024-03-29T00:00:00Z"),
            ("2024-03-29t12:30:00.25z", "2024-03-29T12:30:00.250Z"),
            ("2024-03-29T12:30:00+02:00", "2024-03-29T10:30:00Z"),
            ("2024-02-29T23:00:00-01:30", "2024-03-01T00:30:00Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2024-03-29T12:30:00.123456789Z", "2024-03-29T12:30:00.123456Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(utc(text).as_deref(), Ok(moment), "{text}");
        }
    }

    #[test]
    fn invalid_timestamps_are_rejected() {
        for (text, error) in [
            ("", TimestampError::Malformed),
            ("yesterday", TimestampError::Malformed),
            ("2024-02-30T00:00:00Z", TimestampError::Malformed),
            ("2024-03-29 00:00:00Z", TimestampError::Malformed),
            ("2024-03-29T24:00:00Z", TimestampError::Malformed),
            ("2024-03-29T00:00:00Z ", TimestampError::Malformed),
            ("12024-03-29T00:00:00Z", TimestampError::Malformed),
            ("２０２４-03-29T00:00:00Z", TimestampError::Malformed),
            ("2024-03-29", TimestampError::DateOnly),
            ("2024-03-29T00:00:00", TimestampError::NoOffset),
            ("0000-12-31T00:00:00Z", TimestampError::Year),
            ("0001-01-01T00:00:00+14:00", TimestampError::Year),
            ("9999-12-31T23:59:59-01:00", TimestampError::Year),
        ] {
            assert_eq!(utc(text), Err(error), "{text:?}");
        }
    }
}

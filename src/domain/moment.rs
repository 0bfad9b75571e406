//! Moments, RFC 3339.

use chrono::{DateTime, Datelike};
use entity::timestamp::Timestamp;

/// Why a text is no moment that we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    #[error("is no date and time: expected one such as 2024-03-29T00:00:00Z")]
    Malformed,
    #[error("lies outside the years 1 to 9999")]
    Year,
}

/// Reads a date and time with an offset, to the microsecond.
///
/// # Errors
/// When it is none.
pub fn parse(text: &str) -> Result<Timestamp, MomentError> {
    // RFC 3339 lets a blank stand for the T; we do not, and chrono does.
    if text.len() > 64 || text.contains(char::is_whitespace) {
        return Err(MomentError::Malformed);
    }
    let moment = DateTime::parse_from_rfc3339(text).map_err(|_| MomentError::Malformed)?.to_utc();
    if (1..=9999).contains(&moment.year()) { Ok(moment.into()) } else { Err(MomentError::Year) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_back_in_utc() {
        for (text, again) in [
            ("2024-03-29T00:00:00Z", "2024-03-29T00:00:00Z"),
            ("2024-03-29t01:30:00+01:30", "2024-03-29T00:00:00Z"),
            ("2024-03-29T00:00:00.120Z", "2024-03-29T00:00:00.120Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(parse(text).map(Timestamp::to_rfc3339), Ok(again.to_owned()));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in
            ["", "2024-03-29", "2024-03-29T00:00:00", "2024-02-30T00:00:00Z", "yesterday", "2024-03-29 00:00:00Z"]
        {
            assert_eq!(parse(text), Err(MomentError::Malformed), "{text}");
        }
        assert_eq!(parse("0000-01-01T00:00:00Z"), Err(MomentError::Year));
    }
}

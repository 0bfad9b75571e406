//! Durations: ISO 8601 in inputs and outputs, seconds internally.

use thiserror::Error;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// The longest duration in seconds: a million hours.
pub const MAX: i64 = 1_000_000 * HOUR;

/// The units of the date part in seconds. Years and months are listed for their error message.
const DATE_UNITS: [(char, Option<i64>); 4] = [('Y', None), ('M', None), ('W', Some(WEEK)), ('D', Some(DAY))];
/// The units of the time part in seconds.
const TIME_UNITS: [(char, Option<i64>); 3] = [('H', Some(HOUR)), ('M', Some(MINUTE)), ('S', Some(1))];

/// The maximum scale of fractions: finer ones of any unit are not whole seconds.
const FINEST: i64 = 10_000_000;

/// An invalid duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DurationError {
    /// The text has another format.
    #[error("is not a duration: write it like PT60H, PT19M or P2W")]
    Malformed,
    /// Years and months have no fixed length.
    #[error("has years or months, which have no fixed length: use weeks, days, hours, minutes and seconds")]
    Calendar,
    /// The duration is negative.
    #[error("must not be negative")]
    Negative,
    /// The duration is not a whole number of seconds.
    #[error("must be a whole number of seconds")]
    TooFine,
    /// The duration is longer than [`MAX`].
    #[error("must be at most 1,000,000 hours")]
    TooLong,
}

/// Parses a duration to seconds: weeks, days, hours, minutes and seconds in this order, such as `P2W`, `P1DT12H` or
/// `PT1H30M`. The last number may have a fraction (`PT1.5H`, `PT1,5H`) if the result is a whole number of seconds.
///
/// # Errors
/// Returns an error if the text is not a duration, is negative or longer than [`MAX`], has months or years, or is not a
/// whole number of seconds.
pub fn parse(text: &str) -> Result<i64, DurationError> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let body = unsigned.strip_prefix('P').ok_or(DurationError::Malformed)?;
    let (date, time) = body.split_once('T').unwrap_or((body, ""));
    if body.is_empty() || body.ends_with('T') {
        return Err(DurationError::Malformed);
    }
    let days = sum(date, &DATE_UNITS, time.is_empty())?;
    let hours = sum(time, &TIME_UNITS, true)?;
    if unsigned != text {
        return Err(DurationError::Negative);
    }
    Some(days.saturating_add(hours)).filter(|seconds| *seconds <= MAX).ok_or(DurationError::TooLong)
}

/// Adds up numbers with units, such as `1H30M`, in seconds. The last one may have a fraction if `may_end_in_fraction`.
fn sum(text: &str, units: &[(char, Option<i64>)], may_end_in_fraction: bool) -> Result<i64, DurationError> {
    let mut total: i64 = 0;
    let mut rest = text;
    let mut units = units.iter();
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || is_decimal_sign(letter));
        let count = &rest[..rest.len() - digits.len()];
        let mut after = digits.chars();
        let designator = after.next().ok_or(DurationError::Malformed)?;
        rest = after.as_str();
        if count.contains(is_decimal_sign) && !(rest.is_empty() && may_end_in_fraction) {
            return Err(DurationError::Malformed);
        }
        // Continuing after the last unit ensures the order, and that each unit occurs once.
        let (_, unit) = units.find(|(name, _)| *name == designator).ok_or(DurationError::Malformed)?;
        total = total.saturating_add(in_seconds(count, unit.ok_or(DurationError::Calendar)?)?);
    }
    Ok(total)
}

/// Converts a number such as `12` or `1.5` of units to seconds.
fn in_seconds(count: &str, unit: i64) -> Result<i64, DurationError> {
    let (whole, fraction) = count.split_once(is_decimal_sign).unwrap_or((count, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.contains(is_decimal_sign) {
        return Err(DurationError::Malformed);
    }
    // Only digits remain, so parsing fails only for numbers that are too large.
    let whole: i64 = whole.parse().map_err(|_| DurationError::TooLong)?;
    let fraction = fraction.trim_end_matches('0');
    let (mut part, mut scale): (i64, i64) = (0, 1);
    for digit in fraction.chars().filter_map(|digit| digit.to_digit(10)) {
        // A ten-millionth of a week is less than a second, so longer fractions are not whole seconds.
        if scale >= FINEST {
            return Err(DurationError::TooFine);
        }
        part = part * 10 + i64::from(digit);
        scale *= 10;
    }
    if part * unit % scale == 0 {
        Ok(whole.saturating_mul(unit).saturating_add(part * unit / scale))
    } else {
        Err(DurationError::TooFine)
    }
}

fn is_decimal_sign(letter: char) -> bool {
    matches!(letter, '.' | ',')
}

/// Formats a duration in hours and minutes, and seconds if there are any: 5,400 seconds are `PT1H30M`. Negative
/// durations are formatted as `PT0M`.
#[must_use]
pub fn format(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let mut written = "PT".to_owned();
    for (count, unit) in [(seconds / HOUR, 'H'), (seconds % HOUR / MINUTE, 'M'), (seconds % MINUTE, 'S')] {
        if count > 0 || (seconds == 0 && unit == 'M') {
            written.push_str(&count.to_string());
            written.push(unit);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_parsed() {
        for (text, seconds) in [
            ("PT19M", 1_140),
            ("PT60H", 216_000),
            ("PT1H30M", 5_400),
            ("PT1.5H", 5_400),
            ("PT1,50H", 5_400),
            ("PT0.25M", 15),
            ("PT0M", 0),
            ("PT0S", 0),
            ("P2W", 1_209_600),
            ("P1W2DT3H4M5S", 788_645),
            ("P1D", 86_400),
            ("P0.5D", 43_200),
            ("PT90M", 5_400),
            ("PT0001.0H", 3_600),
            ("PT1000000H", MAX),
        ] {
            assert_eq!(parse(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn invalid_durations_are_rejected() {
        let endless = format!("PT0.{}1H", "0".repeat(100_000));
        for (text, error) in [
            ("", DurationError::Malformed),
            ("P", DurationError::Malformed),
            ("PT", DurationError::Malformed),
            ("P1DT", DurationError::Malformed),
            ("19 minutes", DurationError::Malformed),
            ("PT19", DurationError::Malformed),
            ("PTM", DurationError::Malformed),
            ("PT1M1H", DurationError::Malformed),
            ("PT1H1H", DurationError::Malformed),
            ("P1H", DurationError::Malformed),
            ("PT1D", DurationError::Malformed),
            ("PT1.5H30M", DurationError::Malformed),
            ("P1.5DT1H", DurationError::Malformed),
            ("PT1.H", DurationError::Malformed),
            ("PT.5H", DurationError::Malformed),
            ("PT1.2.3H", DurationError::Malformed),
            ("PT+5M", DurationError::Malformed),
            ("pt5m", DurationError::Malformed),
            ("PT١H", DurationError::Malformed),
            ("PT1HT1H", DurationError::Malformed),
            ("P1Y", DurationError::Calendar),
            ("P1M", DurationError::Calendar),
            ("P1Y2M3DT4H", DurationError::Calendar),
            ("-PT5M", DurationError::Negative),
            ("PT0.5S", DurationError::TooFine),
            ("PT0.333H", DurationError::TooFine),
            (endless.as_str(), DurationError::TooFine),
            ("PT1000001H", DurationError::TooLong),
            ("PT1000000H1S", DurationError::TooLong),
            ("P9223372036854775807W", DurationError::TooLong),
            ("PT99999999999999999999S", DurationError::TooLong),
        ] {
            assert_eq!(parse(text), Err(error), "{:?}", text.get(..20).unwrap_or(text));
        }
    }

    #[test]
    fn durations_are_formatted_in_hours_and_minutes() {
        for (seconds, text) in [
            (1_140, "PT19M"),
            (216_000, "PT60H"),
            (5_400, "PT1H30M"),
            (0, "PT0M"),
            (61, "PT1M1S"),
            (3_601, "PT1H1S"),
            (1_209_600, "PT336H"),
            (-5, "PT0M"),
        ] {
            assert_eq!(format(seconds), text);
        }
    }

    #[test]
    fn durations_round_trip() {
        for seconds in (0..200_000).step_by(97) {
            assert_eq!(parse(&format(seconds)), Ok(seconds));
        }
    }
}

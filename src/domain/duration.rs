//! Lengths of time, ISO 8601, kept in seconds.

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
/// The longest that is taken: a million hours.
const MAX: i64 = 1_000_000 * HOUR;

/// Why a text is no duration that we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    #[error("is no duration: expected one such as PT19M, PT60H or PT1H30M")]
    Malformed,
    #[error("counts months or years, which have no fixed length: give hours and minutes")]
    Calendar,
    #[error("has a fraction: give hours, minutes and seconds as whole numbers")]
    Fraction,
    #[error("is negative")]
    Negative,
    #[error("is longer than a million hours")]
    TooLong,
}

/// Reads a duration of weeks, days, hours, minutes and seconds, in seconds.
///
/// # Errors
/// When it is none, or has no fixed length.
pub fn parse(text: &str) -> Result<i64, DurationError> {
    if text.starts_with("-P") {
        return Err(DurationError::Negative);
    }
    let rest = text.strip_prefix('P').ok_or(DurationError::Malformed)?;
    let (date, time) = match rest.split_once('T') {
        Some((_, "")) => return Err(DurationError::Malformed),
        Some((date, time)) => (date, time),
        None => (rest, ""),
    };
    if date.is_empty() && time.is_empty() {
        return Err(DurationError::Malformed);
    }
    let date = sum(date, &[('Y', None), ('M', None), ('W', Some(WEEK)), ('D', Some(DAY))])?;
    let time = sum(time, &[('H', Some(HOUR)), ('M', Some(MINUTE)), ('S', Some(1))])?;
    match date.checked_add(time) {
        Some(seconds) if seconds <= MAX => Ok(seconds),
        _ => Err(DurationError::TooLong),
    }
}

/// Adds up the parts of `text`, which come in the order of `units`, each at most once. A unit without a length is refused.
fn sum(text: &str, units: &[(char, Option<i64>)]) -> Result<i64, DurationError> {
    let (mut rest, mut units, mut seconds) = (text, units.iter(), 0i64);
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit()).ok_or(DurationError::Malformed)?;
        let unit = rest[digits..].chars().next().ok_or(DurationError::Malformed)?;
        if matches!(unit, '.' | ',') && digits > 0 {
            return Err(DurationError::Fraction);
        }
        let (_, length) = units.find(|(name, _)| *name == unit).ok_or(DurationError::Malformed)?;
        if digits == 0 {
            return Err(DurationError::Malformed);
        }
        let length = length.ok_or(DurationError::Calendar)?;
        let count: i64 = rest[..digits].parse().map_err(|_| DurationError::TooLong)?;
        seconds = count.checked_mul(length).and_then(|part| seconds.checked_add(part)).ok_or(DurationError::TooLong)?;
        rest = &rest[digits + unit.len_utf8()..];
    }
    Ok(seconds)
}

/// The duration in hours and minutes, and seconds where there are any: "PT19M", "PT60H", "PT1H30M".
#[must_use]
pub fn format(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes, rest) = (seconds / HOUR, seconds % HOUR / MINUTE, seconds % MINUTE);
    let part = |count: i64, unit: char| if count == 0 { String::new() } else { format!("{count}{unit}") };
    match (hours, minutes, rest) {
        (0, 0, 0) => "PT0M".to_owned(),
        _ => format!("PT{}{}{}", part(hours, 'H'), part(minutes, 'M'), part(rest, 'S')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_come_back_in_hours_and_minutes() {
        for (text, seconds, again) in [
            ("PT19M", 1140, "PT19M"),
            ("PT60H", 216_000, "PT60H"),
            ("PT90M", 5400, "PT1H30M"),
            ("P2W", 1_209_600, "PT336H"),
            ("P1DT1S", 86_401, "PT24H1S"),
            ("PT0S", 0, "PT0M"),
        ] {
            assert_eq!(parse(text), Ok(seconds), "{text}");
            assert_eq!(format(seconds), again);
            assert_eq!(parse(again), Ok(seconds));
        }
    }

    #[test]
    fn each_mistake_is_named() {
        for text in ["", "P", "PT", "19M", "PT19", "PTM", "PT1M1H", "PT1H1H", "P1DT", "pt1h", "PT１H", "PT1X", "P1H"] {
            assert_eq!(parse(text), Err(DurationError::Malformed), "{text}");
        }
        for text in ["P1Y", "P1M", "P1Y2M3D"] {
            assert_eq!(parse(text), Err(DurationError::Calendar), "{text}");
        }
        assert_eq!(parse("PT1.5H"), Err(DurationError::Fraction));
        assert_eq!(parse("-PT1H"), Err(DurationError::Negative));
        for text in ["PT1000001H", "PT99999999999999999999H", "P9223372036854775807W"] {
            assert_eq!(parse(text), Err(DurationError::TooLong), "{text}");
        }
    }
}

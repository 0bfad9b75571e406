//! Durations and sizes with units: `10s`, `64MiB`.

use std::time::Duration;

use super::{Setting, SettingsReader, Value};

const DAY: u64 = 86_400_000;
/// Units of time, in milliseconds.
const TIME: [(&str, u64); 7] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("min", 60_000), ("h", 3_600_000), ("d", DAY), ("w", 7 * DAY)];
/// Units of size, in bytes.
const SIZE: [(&str, u64); 7] = [
    ("b", 1),
    ("kb", 1_000),
    ("kib", 1 << 10),
    ("mb", 1_000_000),
    ("mib", 1 << 20),
    ("gb", 1_000_000_000),
    ("gib", 1 << 30),
];
/// The longest duration of a setting, in days.
const MAX_DAYS: u64 = 365;

/// Parses a duration from one millisecond to `max_days` days.
///
/// # Errors
/// Returns a reason that follows the name of the setting.
pub fn duration(text: &str, max_days: u64) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let amount = amount(number).ok_or_else(|| not_a_duration(text))?;
    if unit.is_empty() {
        return Err(format!(
            "missing unit in {text:?}: write {amount}s for seconds; the units are ms, s, m, h, d and w"
        ));
    }
    let factor = factor(&TIME, unit).ok_or_else(|| not_a_duration(text))?;
    match amount.checked_mul(factor) {
        Some(0) => Err(format!("duration {text:?} must be at least 1ms")),
        Some(millis) if millis <= max_days.saturating_mul(DAY) => Ok(Duration::from_millis(millis)),
        _ => Err(format!("duration {text:?} must be at most {max_days}d")),
    }
}

fn not_a_duration(text: &str) -> String {
    format!("invalid duration {text:?}: expected a whole number and a unit, such as 500ms, 10s, 5m, 12h, 90d or 52w")
}

impl Value for Duration {
    fn parse(text: &str) -> Result<Self, String> {
        duration(text, MAX_DAYS)
    }
}

/// Rejects a duration with a fraction of a second: `Cache-Control` counts in whole seconds.
pub fn require_whole_seconds(reader: &mut SettingsReader<'_>, key: &'static Setting, duration: Option<Duration>) {
    if duration.is_some_and(|duration| duration.subsec_nanos() > 0) {
        reader.reject(key, "must be a whole number of seconds");
    }
}

/// A number of bytes, possibly zero.
#[derive(Debug, PartialEq, Eq)]
pub struct ByteSize(pub u64);

impl Value for ByteSize {
    fn parse(text: &str) -> Result<Self, String> {
        let (number, unit) = split(text);
        let error =
            || format!("invalid size {text:?}: expected a whole number and a unit, such as 512B, 64KiB, 16MiB or 1GiB");
        let amount = amount(number).ok_or_else(error)?;
        // Zero is the same in every unit.
        if unit.is_empty() && amount > 0 {
            return Err(format!(
                "missing unit in {text:?}: write {amount}B for bytes; the units are B, kB, KiB, MB, MiB, GB and GiB"
            ));
        }
        let unit = if unit.is_empty() { "b".to_owned() } else { unit.to_ascii_lowercase() };
        let factor = factor(&SIZE, &unit).ok_or_else(error)?;
        amount.checked_mul(factor).map(Self).ok_or_else(|| format!("size {text:?} is too large"))
    }
}

/// A number of bytes in memory, at least one.
#[derive(Debug, PartialEq, Eq)]
pub struct SizeLimit(pub usize);

impl Value for SizeLimit {
    fn parse(text: &str) -> Result<Self, String> {
        let ByteSize(bytes) = ByteSize::parse(text)?;
        match usize::try_from(bytes) {
            Ok(0) => Err(format!("size {text:?} must be at least 1B")),
            Ok(bytes) => Ok(Self(bytes)),
            Err(_) => Err(format!("size {text:?} is too large")),
        }
    }
}

/// Splits a text into the number and the unit, with an optional space between them.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim_start())
}

/// Returns the number, or the largest one if it does not fit.
fn amount(digits: &str) -> Option<u64> {
    if digits.is_empty() { None } else { Some(digits.parse().unwrap_or(u64::MAX)) }
}

fn factor(units: &[(&str, u64)], unit: &str) -> Option<u64> {
    units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_require_a_unit() {
        for (text, millis) in [
            ("1ms", 1),
            ("10s", 10_000),
            ("10 s", 10_000),
            (" 5m ", 300_000),
            ("5min", 300_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
            ("52w", 364 * 86_400_000),
        ] {
            assert_eq!(Duration::parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for wrong in ["", "s", "0s", "-1s", "1.5h", "10M", "10 parsecs", "1h30m", "é", "366d", "99999999999999999999s"]
        {
            assert!(Duration::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_require_a_unit() {
        for (text, bytes) in [
            ("0", 0),
            ("0B", 0),
            ("512B", 512),
            ("64kB", 64_000),
            ("64KiB", 65_536),
            ("1 mb", 1_000_000),
            ("1GiB", 1 << 30),
        ] {
            assert_eq!(ByteSize::parse(text), Ok(ByteSize(bytes)), "{text}");
        }
        for wrong in ["", "MiB", "-1B", "1.5MiB", "64M", "64Mbit", "99999999999GiB"] {
            assert!(ByteSize::parse(wrong).is_err(), "{wrong}");
        }
        assert!(SizeLimit::parse("0").is_err());
        assert_eq!(SizeLimit::parse("1KiB"), Ok(SizeLimit(1_024)));
    }

    #[test]
    fn errors_suggest_the_missing_unit() {
        let reason = Duration::parse("10").expect_err("it has no unit");
        assert_eq!(reason, r#"missing unit in "10": write 10s for seconds; the units are ms, s, m, h, d and w"#);
        let reason = ByteSize::parse("1048576").expect_err("it has no unit");
        let expected =
            "missing unit in \"1048576\": write 1048576B for bytes; the units are B, kB, KiB, MB, MiB, GB and GiB";
        assert_eq!(reason, expected);
    }
}

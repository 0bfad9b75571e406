//! Durations and dates.

use serde::{Deserialize, Deserializer, de};

use crate::strings::Strings;

/// A duration, in minutes. It deserializes from the scalar `Duration` of the API: `PT180H`, `PT1H30M`, `PT45S`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration {
    pub minutes: u64,
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| de::Error::custom(format!("invalid duration {text:?}")))
    }
}

fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('P')?;
    let (mut seconds, mut is_time) = (0, false);
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T') {
            (rest, is_time) = (time, true);
            continue;
        }
        let end = rest.find(|character: char| !character.is_ascii_digit())?;
        let number: u64 = rest[..end].parse().ok()?;
        let unit = match (rest.get(end..=end)?, is_time) {
            ("W", false) => 7 * 86_400,
            ("D", false) => 86_400,
            ("H", true) => 3_600,
            ("M", true) => 60,
            ("S", true) => 1,
            _ => return None,
        };
        seconds += number * unit;
        rest = &rest[end + 1..];
    }
    Some(Duration { minutes: seconds.div_ceil(60) })
}

/// The minutes of a week.
const WEEK: u64 = 7 * 24 * 60;

impl Duration {
    /// Returns the number of weeks, rounded up.
    #[must_use]
    pub fn weeks(self) -> usize {
        usize::try_from(self.minutes.div_ceil(WEEK)).unwrap_or(usize::MAX)
    }

    /// Returns the text of a duration: minutes up to two hours, then whole hours.
    #[must_use]
    pub fn text(self, strings: &Strings) -> String {
        let of = |template: &str, number: u64| {
            template.replace("{n}", &strings.number(usize::try_from(number).unwrap_or(usize::MAX)))
        };
        match (self.minutes / 60, self.minutes % 60) {
            (0, minutes) => of(&strings.minutes, minutes),
            (1, minutes) if minutes > 0 => format!("{} {}", of(&strings.hours, 1), of(&strings.minutes, minutes)),
            (hours, minutes) => of(&strings.hours, hours + u64::from(minutes >= 30)),
        }
    }
}

/// Returns the text of a date or a time of the API, in the format of the language. The day, or the day and the month,
/// can be missing.
#[must_use]
pub fn date(text: &str, strings: &Strings) -> String {
    let part = |range| text.get(range).and_then(|digits: &str| digits.parse::<usize>().ok());
    let month = part(5..7).and_then(|month| strings.months.get(month.checked_sub(1)?));
    let (Some(year), Some(month)) = (part(0..4), month) else { return text.to_owned() };
    let (format, day) = match part(8..10) {
        Some(day) => (&strings.date, day.to_string()),
        None => (&strings.month_of_year, String::new()),
    };
    format.replace("{month}", month).replace("{day}", &day).replace("{year}", &year.to_string())
}

/// Returns a time in UTC to the second, because HTML allows only three digits of a fraction.
#[must_use]
pub fn datetime(text: &str) -> String {
    text.split_once('.').map_or_else(|| text.to_owned(), |(seconds, _)| format!("{seconds}Z"))
}

/// Returns the text of a year, which is negative before the common era.
#[must_use]
pub fn year(year: i32, strings: &Strings) -> String {
    match year {
        0.. => year.to_string(),
        _ => strings.before_common_era.replace("{year}", &year.unsigned_abs().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_can_lack_the_day_and_the_month() {
        let strings = Strings::new("en", None).unwrap_or_else(|error| panic!("{}", error.0));
        for (text, expected) in [
            ("2024-03-29T10:00:00Z", "March 29, 2024"),
            ("2011-09-05", "September 5, 2011"),
            ("2011-09", "September 2011"),
            ("2011", "2011"),
            ("2011-13-01", "2011-13-01"),
        ] {
            assert_eq!(date(text, &strings), expected);
        }
    }

    #[test]
    fn years_before_the_common_era_are_positive_in_texts() {
        let strings = Strings::new("en", None).unwrap_or_else(|error| panic!("{}", error.0));
        assert_eq!(year(-350, &strings), "350 BCE");
        assert_eq!(year(1984, &strings), "1984");
    }
}

//! Publication dates, whose day, or month and day, can be unknown: `2011-09-20`, `2011-09`, `2011`.
//!
//! A date is stored as a number, `20110920`, with zeros for unknown parts. Dates compare as numbers, and a year
//! precedes its months.

use chrono::NaiveDate;
use thiserror::Error;

/// An invalid date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DateError {
    #[error("is not a date: write 2011-09-20, 2011-09 or 2011")]
    Form,
    #[error("is not a calendar date")]
    Calendar,
}

/// Parses an ISO 8601 date, possibly without the day, or the month and the day.
///
/// # Errors
/// Returns an error if the text has another format or the calendar has no such day.
pub fn parse(text: &str) -> Result<i32, DateError> {
    let mut numbers = [0; 3];
    let parts: Vec<&str> = text.split('-').collect();
    if parts.len() > numbers.len() {
        return Err(DateError::Form);
    }
    for (index, part) in parts.iter().enumerate() {
        let length = if index == 0 { 4 } else { 2 };
        if part.len() != length || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(DateError::Form);
        }
        numbers[index] = part.parse().map_err(|_| DateError::Form)?;
    }
    let [year, month, day] = numbers;
    let known = |index: usize, number: i32| if parts.len() > index { number } else { 1 };
    let to_u32 = |number: i32| u32::try_from(number).unwrap_or(0);
    NaiveDate::from_ymd_opt(year, to_u32(known(1, month)), to_u32(known(2, day)))
        .filter(|_| year > 0)
        .ok_or(DateError::Calendar)?;
    Ok(year * 10_000 + month * 100 + day)
}

/// Returns whether the day is known.
#[must_use]
pub const fn is_whole(date: i32) -> bool {
    date % 100 != 0
}

/// Returns the latest day that an incomplete date can stand for. The earliest one is the date itself.
#[must_use]
pub const fn last(date: i32) -> i32 {
    if date % 10_000 == 0 {
        date + 1_231
    } else if is_whole(date) {
        date
    } else {
        date + 31
    }
}

/// Formats a stored date.
#[must_use]
pub fn format(date: i32) -> String {
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    match (month, day) {
        (0, _) => format!("{year:04}"),
        (_, 0) => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{DateError, format, is_whole, last, parse};

    #[test]
    fn dates_round_trip_whether_or_not_the_day_is_known() {
        for (text, number) in
            [("2011-09-20", 20_110_920), ("2011-09", 20_110_900), ("2011", 20_110_000), ("0850", 8_500_000)]
        {
            assert_eq!(parse(text), Ok(number));
            assert_eq!(format(number), text);
        }
    }

    #[test]
    fn a_date_stands_for_all_days_of_its_month_or_year() {
        assert_eq!([20_110_000, 20_110_900, 20_110_920].map(last), [20_111_231, 20_110_931, 20_110_920]);
        assert_eq!([20_110_000, 20_110_900, 20_110_920].map(is_whole), [false, false, true]);
    }

    #[test]
    fn invalid_dates_are_rejected() {
        for text in ["", "11", "2011-9", "2011-09-20T00:00:00Z", "2011/09/20", "+2011", "2011-09-20-01", "２０１１"]
        {
            assert_eq!(parse(text), Err(DateError::Form), "{text}");
        }
        for text in ["2011-13", "2011-00", "2011-02-29", "0000"] {
            assert_eq!(parse(text), Err(DateError::Calendar), "{text}");
        }
    }
}

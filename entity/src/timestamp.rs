//! Timestamps, stored as microseconds since 1970 in a 64-bit integer on both engines.
//!
//! SQLite has no timestamp type, and texts do not compare correctly if their fractions of a second differ in length.
//! Integers compare the same on both engines and need no parsing.

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::DeriveValueType;

use crate::enum_text::serde_as_text;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Formats the timestamp as RFC 3339 in UTC, with as many digits of a second as needed: `2024-03-29T00:00:00Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        DateTime::from(self).to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    /// Formats the timestamp as an HTTP date: `Fri, 29 Mar 2024 00:00:00 GMT`.
    #[must_use]
    pub fn to_http_date(self) -> String {
        DateTime::from(self).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    fn from_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.with_timezone(&Utc).into())
    }
}

serde_as_text!(Timestamp, Timestamp::to_rfc3339, Timestamp::from_rfc3339);

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment.timestamp_micros())
    }
}

impl From<Timestamp> for DateTime<Utc> {
    /// Times outside the calendar (±262,000 years) are clamped.
    fn from(moment: Timestamp) -> Self {
        Self::from_timestamp_micros(moment.0).unwrap_or(if moment.0 < 0 { Self::MIN_UTC } else { Self::MAX_UTC })
    }
}

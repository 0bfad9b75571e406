//! A length of time on the command line: `90d`.

use entity::timestamp::Timestamp;

/// Seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(i64);

impl Span {
    /// The moment so long after another.
    pub fn after(self, moment: Timestamp) -> Timestamp {
        Timestamp(moment.0.saturating_add(self.micros()))
    }

    /// The moment so long before another.
    pub fn before(self, moment: Timestamp) -> Timestamp {
        Timestamp(moment.0.saturating_sub(self.micros()))
    }

    fn micros(self) -> i64 {
        self.0.saturating_mul(1_000_000)
    }
}

/// Reads `90d`.
pub fn parse(text: &str) -> Result<Span, String> {
    let refused = || "expected a number and a unit: 30m, 12h, 90d or 52w".to_owned();
    let unit = text.chars().last().ok_or_else(refused)?;
    let seconds = match unit {
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        'w' => 7 * 24 * 60 * 60,
        _ => return Err(refused()),
    };
    let count: u16 = text[..text.len() - 1].parse().map_err(|_| refused())?;
    if count == 0 { Err(refused()) } else { Ok(Span(i64::from(count) * seconds)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        assert_eq!(parse("90d"), Ok(Span(90 * 86_400)));
        assert_eq!(parse("30m"), Ok(Span(1_800)));
        for wrong in ["", "d", "90", "0d", "-1d", "1.5h", "1y", "90 d", "é", "99999d"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn it_leads_forth_and_back() {
        assert_eq!(Span(2).after(Timestamp(1)), Timestamp(2_000_001));
        assert_eq!(Span(2).before(Timestamp(2_000_001)), Timestamp(1));
    }
}

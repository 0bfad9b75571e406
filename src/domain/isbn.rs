//! International Standard Book Numbers: validated, and converted to 13 digits.

use std::fmt;

use thiserror::Error;

use crate::domain::invisible::{is_invisible, token};

/// The prefix of 10-digit ISBNs in 13-digit form.
const BOOKLAND: [u8; 3] = *b"978";

/// A valid ISBN: 13 ASCII digits that begin with 978 or 979.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isbn([u8; 13]);

/// An invalid ISBN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IsbnError {
    /// The number has neither 10 nor 13 digits.
    #[error("is not an ISBN: expected 10 or 13 digits, found {0}")]
    Length(usize),
    /// The check digit is wrong.
    #[error("has an invalid check digit: expected {0}")]
    CheckDigit(char),
    /// The text contains a character other than a digit or a separator.
    #[error("is not an ISBN: {0:?} is not a digit")]
    Character(char),
    /// A spreadsheet rounded the number, so that digits are lost.
    #[error("is a number rounded by a spreadsheet, not an ISBN: enter all digits as text")]
    Rounded,
    /// The number is a 13-digit number of another kind.
    #[error("is not an ISBN: a 13-digit ISBN begins with 978 or 979")]
    Prefix,
    /// The number is an International Standard Music Number.
    #[error("is an ISMN, which identifies printed music, not an ISBN")]
    Music,
}

impl Isbn {
    /// Parses a 10-digit or 13-digit ISBN, and converts it to 13 digits. Ignores spaces, hyphens and invisible
    /// characters, a label before the number ("ISBN-13:", "urn:isbn:"), a remark after it ("(pbk.)"), and the ".0" of a
    /// spreadsheet.
    ///
    /// # Errors
    /// Returns the error. The length is checked before the digits.
    pub fn parse(text: &str) -> Result<Self, IsbnError> {
        // In a spreadsheet, an apostrophe or a formula keeps all digits of a number: `'978…`, `="978…"`.
        let text = token(text);
        let text = text.trim_matches(['=', '"', '\'']);
        if is_rounded_number(text) {
            return Err(IsbnError::Rounded);
        }
        // Hyphens are ignored below, so a negative number would pass as an ISBN.
        if text.starts_with('-') {
            return Err(IsbnError::Character('-'));
        }
        let text = without_remark(without_label(text));
        // All digits are counted, but only as many as an ISBN can have are stored.
        let (mut symbols, mut count) = ([0; 13], 0);
        for letter in text.chars().filter(|letter| !is_separator(*letter)) {
            let symbol = match letter {
                '0'..='9' => letter,
                'X' | 'x' if count == 9 => 'X',
                _ => return Err(IsbnError::Character(letter)),
            };
            if let Some(place) = symbols.get_mut(count) {
                *place = u8::try_from(symbol).unwrap_or_default();
            }
            count += 1;
        }
        match count {
            10 => Self::of_ten(&symbols),
            13 => Self::of_thirteen(symbols),
            other => Err(IsbnError::Length(other)),
        }
    }

    fn of_ten(symbols: &[u8; 13]) -> Result<Self, IsbnError> {
        let expected = check_digit_10(&symbols[..9]);
        if symbols[9] != expected {
            return Err(IsbnError::CheckDigit(expected.into()));
        }
        let mut digits = [0; 13];
        digits[..3].copy_from_slice(&BOOKLAND);
        digits[3..12].copy_from_slice(&symbols[..9]);
        digits[12] = check_digit_13(&digits[..12]);
        Ok(Self(digits))
    }

    fn of_thirteen(symbols: [u8; 13]) -> Result<Self, IsbnError> {
        if let Some(letter) = symbols.iter().find(|symbol| !symbol.is_ascii_digit()) {
            return Err(IsbnError::Character((*letter).into()));
        }
        if !symbols.starts_with(b"978") && !symbols.starts_with(b"979") {
            return Err(IsbnError::Prefix);
        }
        if symbols.starts_with(b"9790") {
            return Err(IsbnError::Music);
        }
        let expected = check_digit_13(&symbols[..12]);
        if symbols[12] == expected { Ok(Self(symbols)) } else { Err(IsbnError::CheckDigit(expected.into())) }
    }

    /// Returns the 13 digits without hyphens.
    #[must_use]
    pub fn as_str13(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the 10-digit form without hyphens. Only numbers that begin with 978 have one.
    #[must_use]
    pub fn to_isbn10(&self) -> Option<String> {
        let body = self.0.strip_prefix(&BOOKLAND)?.get(..9)?;
        Some(body.iter().copied().chain([check_digit_10(body)]).map(char::from).collect())
    }
}

impl fmt::Display for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str13())
    }
}

impl fmt::Debug for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Isbn({self})")
    }
}

/// Returns whether a character separates groups of digits: whitespace, dashes and invisible characters.
fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || is_invisible(letter) || matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Strips the label "ISBN", "ISBN-13:" or "urn:isbn:".
fn without_label(text: &str) -> &str {
    let behind = |label: &&str| {
        let (start, rest) = text.split_at_checked(label.len())?;
        start.eq_ignore_ascii_case(label).then_some(rest)
    };
    let Some(rest) = ["ISBN", "eISBN", "e-ISBN", "urn:isbn"].iter().find_map(behind) else { return text };
    let is_punctuation = |letter: char| is_separator(letter) || matches!(letter, ':' | '.' | '#' | '=' | '(' | ')');
    let rest = rest.trim_start_matches(is_punctuation);
    // No group of an ISBN is 10 or 13, so these numbers are the length in a label.
    let length = ["10", "13"].iter().find_map(|length| rest.strip_prefix(length));
    length
        .filter(|rest| !rest.starts_with(|letter: char| letter.is_ascii_digit()))
        .unwrap_or(rest)
        .trim_start_matches(is_punctuation)
}

/// Strips a remark of library catalogs: "(pbk.)", "(hardcover) :", "pbk". A second number is not a remark.
fn without_remark(text: &str) -> &str {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let in_brackets = text.find(['(', '[']).filter(|at| digits(&text[*at..]) < 9);
    let is_word =
        |(at, _): &(usize, char)| text[*at..].starts_with(|c: char| c.is_alphabetic() && !c.eq_ignore_ascii_case(&'x'));
    let words = text.char_indices().filter(|(at, _)| text[..*at].ends_with(char::is_whitespace)).find(is_word);
    let word = words.map(|(at, _)| at).filter(|at| digits(&text[*at..]) == 0);
    let end = in_brackets.or(word).filter(|at| digits(&text[..*at]) > 0).unwrap_or(text.len());
    let text =
        text[..end].trim_end_matches(|letter: char| is_separator(letter) || matches!(letter, ':' | ';' | ',' | '.'));
    text.strip_suffix(".0").unwrap_or(text)
}

/// Returns whether the text is like `9.78E+12`.
fn is_rounded_number(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let all = |text: &str, accepts: fn(&char) -> bool| !text.is_empty() && text.chars().all(|letter| accepts(&letter));
    all(mantissa, |letter| letter.is_ascii_digit() || matches!(letter, '.' | ','))
        && all(exponent, char::is_ascii_digit)
}

/// Computes the 10th symbol: weights from 10 down to 2, modulo 11, where 10 is X.
fn check_digit_10(digits: &[u8]) -> u8 {
    let sum: u32 = digits.iter().zip((2..=10).rev()).map(|(digit, weight)| value(*digit) * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => b'X',
        rest => digit(rest),
    }
}

/// Computes the 13th digit: alternating weights 1 and 3, modulo 10.
fn check_digit_13(digits: &[u8]) -> u8 {
    let sum: u32 = digits.iter().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| value(*digit) * weight).sum();
    digit((10 - sum % 10) % 10)
}

fn value(digit: u8) -> u32 {
    u32::from(digit.saturating_sub(b'0'))
}

fn digit(value: u32) -> u8 {
    char::from_digit(value, 10).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thirteen(text: &str) -> Result<String, IsbnError> {
        Isbn::parse(text).map(|isbn| isbn.as_str13().to_owned())
    }

    #[test]
    fn all_notations_yield_one_isbn() {
        for text in [
            "9780262510875",
            "978-0-262-51087-5",
            " 978 0 262 51087 5 ",
            "978‑0‑262–51087—5",
            "0262510871",
            "0-262-51087-1",
            "\u{200e}978-0262510875",
            "978\u{ad}0\u{200b}2625\u{2011}\u{200d}10875\u{feff}",
            "ISBN 9780262510875",
            "ISBN: 978-0-262-51087-5",
            "isbn-13: 9780262510875",
            "ISBN13 9780262510875",
            "ISBN (13): 9780262510875.",
            "ISBN-10 0-262-51087-1",
            "ISBN 10: 0262510871",
            "eISBN 9780262510875",
            "urn:isbn:9780262510875",
            "9780262510875 (pbk.)",
            "9780262510875(hardcover)",
            "9780262510875 pbk.",
            "0262510871 (pbk. : alk. paper) : $35.00",
            "ISBN 978-0-262-51087-5 [vol. 2]",
            "9780262510875 :",
            "9780262510875.0",
        ] {
            assert_eq!(thirteen(text).as_deref(), Ok("9780262510875"), "{text:?}");
        }
    }

    #[test]
    fn ten_digits_and_thirteen_are_converted_both_ways() {
        for (ten, as_thirteen) in [("080442957X", "9780804429573"), ("0306406152", "9780306406157")] {
            assert_eq!(thirteen(ten).as_deref(), Ok(as_thirteen));
            assert_eq!(thirteen(&ten.to_lowercase()).as_deref(), Ok(as_thirteen));
            let back = Isbn::parse(as_thirteen).map(|isbn| isbn.to_isbn10());
            assert_eq!(back, Ok(Some(ten.to_owned())));
        }
        assert_eq!(Isbn::parse("9791034304387").map(|isbn| isbn.to_isbn10()), Ok(None));
    }

    #[test]
    fn invalid_isbns_are_rejected() {
        for (text, error) in [
            ("", IsbnError::Length(0)),
            ("978026251087", IsbnError::Length(12)),
            (&"9".repeat(100_000), IsbnError::Length(100_000)),
            ("9780262510876", IsbnError::CheckDigit('5')),
            ("0262510872", IsbnError::CheckDigit('1')),
            ("0804429570", IsbnError::CheckDigit('X')),
            ("97802625I0875", IsbnError::Character('I')),
            ("X262510871", IsbnError::Character('X')),
            ("978026251X875", IsbnError::Character('X')),
            ("٩٧٨٠٢٦٢٥١٠٨٧٥", IsbnError::Character('٩')),
            ("9.78E+12", IsbnError::Rounded),
            ("9,78026E12", IsbnError::Rounded),
            ("4006381333931", IsbnError::Prefix),
            ("979-0-2600-0043-8", IsbnError::Music),
            ("ISBN", IsbnError::Length(0)),
            ("ISBN-13: 978026251087", IsbnError::Length(12)),
            ("ISBN 1003123456", IsbnError::CheckDigit('7')),
            ("978026251 O875", IsbnError::Character('O')),
            ("(pbk.)", IsbnError::Character('(')),
            ("0262510871 (9780262510875)", IsbnError::Character('(')),
            ("9780262510875.5", IsbnError::Character('.')),
            ("=9780262510876", IsbnError::CheckDigit('5')),
            ("-9780262510875", IsbnError::Character('-')),
        ] {
            assert_eq!(Isbn::parse(text), Err(error), "{:?}", text.get(..20).unwrap_or(text));
        }
        assert_eq!(IsbnError::CheckDigit('7').to_string(), "has an invalid check digit: expected 7");
    }
}

//! International Standard Book Numbers, kept as thirteen digits.

use std::fmt;

/// An ISBN: thirteen digits whose check digit is right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isbn([u8; 13]);

/// Why a text is no ISBN. The text goes on behind the value: `"123" has 3 digits …`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IsbnError {
    #[error("has {0} digits: an ISBN has 10 or 13")]
    Length(usize),
    #[error("has the check digit {found} where {expected} would be right")]
    CheckDigit { found: char, expected: char },
    #[error("has the character {0:?}, which no ISBN has")]
    Character(char),
    #[error("is a number in scientific notation: a spreadsheet lost its last digits")]
    ScientificNotation,
    #[error("does not begin with 978 or 979, as an ISBN of 13 digits does")]
    Prefix,
}

impl Isbn {
    /// Reads an ISBN of ten or thirteen digits. Blanks and hyphens make no difference.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, IsbnError> {
        if is_scientific(text) {
            return Err(IsbnError::ScientificNotation);
        }
        let dash = |character: char| matches!(character, '-' | '\u{2010}'..='\u{2015}') || character.is_whitespace();
        let characters: Vec<char> = text.chars().filter(|character| !dash(*character)).collect();
        let last = characters.len().saturating_sub(1);
        let wrong = characters.iter().enumerate().find(|(at, character)| {
            !(character.is_ascii_digit() || (matches!(character, 'X' | 'x') && *at == last && characters.len() == 10))
        });
        if let Some((_, character)) = wrong {
            return Err(IsbnError::Character(*character));
        }
        // All are ASCII now, so each is one byte.
        let digits: Vec<u8> = characters.iter().filter_map(|character| u8::try_from(*character).ok()).collect();
        match digits.len() {
            10 => Self::from_ten(&digits),
            13 => Self::from_thirteen(&digits),
            length => Err(IsbnError::Length(length)),
        }
    }

    fn from_ten(digits: &[u8]) -> Result<Self, IsbnError> {
        let (found, expected) = (digits[9].to_ascii_uppercase(), check_digit_10(&digits[..9]));
        if found != expected {
            return Err(IsbnError::CheckDigit { found: found.into(), expected: expected.into() });
        }
        let mut thirteen = *b"9780000000000";
        thirteen[3..12].copy_from_slice(&digits[..9]);
        thirteen[12] = check_digit_13(&thirteen[..12]);
        Ok(Self(thirteen))
    }

    fn from_thirteen(digits: &[u8]) -> Result<Self, IsbnError> {
        if !digits.starts_with(b"978") && !digits.starts_with(b"979") {
            return Err(IsbnError::Prefix);
        }
        let (found, expected) = (digits[12], check_digit_13(&digits[..12]));
        if found != expected {
            return Err(IsbnError::CheckDigit { found: found.into(), expected: expected.into() });
        }
        let mut thirteen = [0; 13];
        thirteen.copy_from_slice(digits);
        Ok(Self(thirteen))
    }

    /// The thirteen digits.
    #[must_use]
    pub fn as_str13(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The ten digits that mean the same; only what begins with 978 has them.
    #[must_use]
    pub fn to_isbn10(&self) -> Option<String> {
        let digits = self.0.strip_prefix(b"978")?.get(..9)?;
        let check = check_digit_10(digits);
        Some(digits.iter().chain([&check]).map(|digit| char::from(*digit)).collect())
    }
}

/// "9.78E+12", as spreadsheets write long numbers.
fn is_scientific(text: &str) -> bool {
    let text = text.trim();
    text.contains(['e', 'E']) && text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn check_digit_10(digits: &[u8]) -> u8 {
    let sum: u32 = digits.iter().zip(1u32..).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match sum % 11 {
        10 => b'X',
        rest => b"0123456789"[rest as usize],
    }
}

fn check_digit_13(digits: &[u8]) -> u8 {
    let sum: u32 =
        digits.iter().enumerate().map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 1 } else { 3 }).sum();
    b"0123456789"[((10 - sum % 10) % 10) as usize]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_and_thirteen_digits_are_one_number() {
        for text in ["9780596517748", "978-0-596-51774-8", " 978 0596517748 ", "0596517742", "0-596-51774-2"] {
            assert_eq!(Isbn::parse(text).map(|isbn| isbn.to_string()), Ok("9780596517748".to_owned()), "{text}");
        }
        let isbn = Isbn::parse("080442957x").expect("an X is the check digit ten");
        assert_eq!((isbn.as_str13(), isbn.to_isbn10().as_deref()), ("9780804429573", Some("080442957X")));
        let without_ten = Isbn::parse("9791034304929").expect("979 is a prefix too");
        assert_eq!(without_ten.to_isbn10(), None);
    }

    #[test]
    fn each_mistake_is_named() {
        assert_eq!(Isbn::parse("978059651774"), Err(IsbnError::Length(12)));
        assert_eq!(Isbn::parse(""), Err(IsbnError::Length(0)));
        assert_eq!(Isbn::parse("9780596517747"), Err(IsbnError::CheckDigit { found: '7', expected: '8' }));
        assert_eq!(Isbn::parse("0596517743"), Err(IsbnError::CheckDigit { found: '3', expected: '2' }));
        assert_eq!(Isbn::parse("97805965177X8"), Err(IsbnError::Character('X')));
        assert_eq!(Isbn::parse("９780596517748"), Err(IsbnError::Character('９')));
        assert_eq!(Isbn::parse("9.78E+12"), Err(IsbnError::ScientificNotation));
        assert_eq!(Isbn::parse("1234567890128"), Err(IsbnError::Prefix));
    }
}

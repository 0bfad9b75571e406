//! Invisible characters: zero-width spaces and joiners, direction marks, byte order marks, soft hyphens.
//!
//! Copying text from a web page or a spreadsheet often adds them. [`token`] removes them from machine-readable values:
//! ISBNs, codes, slugs, URLs, dates. Prose keeps them, because joiners and variation selectors affect the display of
//! words and emoji; [`is_blank`] detects texts without visible characters.

use std::borrow::Cow;

use icu_properties::CodePointSetData;
use icu_properties::props::{DefaultIgnorableCodePoint, JoinControl, VariationSelector};

/// The first character of the scripts in which joiners are significant: Arabic and those after it in Unicode.
const FIRST_JOINING: char = '\u{600}';

/// Returns whether a character is invisible (`Default_Ignorable_Code_Point` in Unicode).
#[must_use]
pub fn is_invisible(letter: char) -> bool {
    !letter.is_ascii() && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(letter)
}

/// Returns whether a text has no visible character: it is empty, or has only whitespace, control characters and
/// invisible characters.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_unseen)
}

/// Trims whitespace and invisible characters from both ends of a text.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || is_invisible(letter))
}

/// Removes invisible characters and surrounding whitespace from a machine-readable value.
///
/// Joiners and variation selectors are preserved after letters of scripts that use them: URLs of the Persian Wikipedia
/// depend on them.
#[must_use]
pub fn token(text: &str) -> Cow<'_, str> {
    if !text.contains(is_invisible) {
        return Cow::Borrowed(text.trim());
    }
    let mut left = String::with_capacity(text.len());
    for letter in text.chars() {
        if !is_invisible(letter) || (left.chars().next_back() >= Some(FIRST_JOINING) && carries_meaning(letter)) {
            left.push(letter);
        }
    }
    Cow::Owned(left.trim().to_owned())
}

fn is_unseen(letter: char) -> bool {
    // The Braille blank, and interlinear annotation marks, are invisible as well.
    let has_no_glyph = matches!(letter, '\u{2800}' | '\u{fff9}'..='\u{fffb}');
    has_no_glyph || letter.is_whitespace() || letter.is_control() || is_invisible(letter)
}

fn carries_meaning(letter: char) -> bool {
    CodePointSetData::new::<JoinControl>().contains(letter)
        || CodePointSetData::new::<VariationSelector>().contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values copied from shops, spreadsheets and editors.
    const MARKS: [char; 21] = [
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{180e}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{202a}',
        '\u{202c}',
        '\u{202e}',
        '\u{2060}',
        '\u{2064}',
        '\u{2066}',
        '\u{2069}',
        '\u{3164}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{e0001}',
    ];

    #[test]
    fn tokens_lose_their_invisible_characters() {
        for mark in MARKS {
            assert!(is_invisible(mark), "{mark:?}");
            assert_eq!(token(&format!("{mark} a{mark}b {mark}\n")), "ab", "{mark:?}");
        }
        assert!(matches!(token(" a b\t"), Cow::Borrowed("a b")));
    }

    #[test]
    fn joiners_stay_where_they_change_a_word() {
        for text in ["/wiki/می\u{200c}خواهم", "क्\u{200d}ष", "❤\u{fe0f}\u{200d}🔥"] {
            assert_eq!(token(text), text);
        }
        assert_eq!(token("می\u{200e}\u{200c}خ\u{200b}"), "می\u{200c}خ");
        assert_eq!(token("größe\u{200d}/a\u{200c}"), "größe/a");
    }

    #[test]
    fn texts_without_visible_characters_are_blank() {
        for text in ["", " \t\u{a0}\u{3000}", "\u{200e}\u{feff} \u{200b}", "\u{7}"] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(MARKS.iter().all(|mark| is_blank(&mark.to_string())));
        for text in ["a", "\u{200b}.", "\u{301}", "❤\u{fe0f}", "0"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn ends_are_trimmed() {
        assert_eq!(trimmed("\u{feff} \u{200e}a\u{200b}b \u{200e}"), "a\u{200b}b");
    }
}

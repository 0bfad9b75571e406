//! Folding: what filters and search compare texts by, without regard to case and accents.
//!
//! The engines fold differently, so it is done here. What titles are sorted by is a [key of its own](super::sort_key).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::domain::invisible::is_invisible;

/// Folds a text: letters in lower case and without accents, compatibility forms ("ﬁ", "Ⅳ", "１") spelled out, white space
/// reduced to single blanks inside. Control and invisible characters are dropped. Folding what is folded changes nothing.
#[must_use]
pub fn fold(text: &str) -> String {
    fold_part(text).trim_matches(' ').to_owned()
}

/// Folds a part of a text, as one looks for it in what is folded: a blank at either end is a blank in between there.
#[must_use]
pub fn fold_part(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Upper case in between makes one of what lower case leaves apart: "ß" and "ss", "ς" and "σ".
    let letters = text
        .nfkd()
        .filter(|letter| !is_dropped(*letter))
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|letter| !is_dropped(*letter));
    for letter in letters {
        if !letter.is_whitespace() {
            folded.push(letter);
        } else if !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded
}

/// The length in bytes that stored texts are truncated to. A letter may fold to eighteen bytes, and the text must fit into the
/// indices of the databases.
const MAX_LENGTH: usize = 1_000;

/// Returns the folded text that is stored beside a title or a name for filters to look in, truncated to what an index can hold.
#[must_use]
pub fn stored(text: &str) -> String {
    let mut folded = fold(text);
    folded.truncate(folded.floor_char_boundary(MAX_LENGTH));
    folded
}

fn is_dropped(letter: char) -> bool {
    is_invisible(letter) || is_accent(letter) || (letter.is_control() && !letter.is_whitespace())
}

/// Accents of Latin, Greek and Cyrillic, and the vowel points of Hebrew, Arabic and Syriac, identified by their combining
/// classes. Marks of other scripts are kept: the vowel signs of Hindi or Thai, and what tells "ga" from "ka" in
/// Japanese, are letters to who reads them.
fn is_accent(letter: char) -> bool {
    matches!(canonical_combining_class(letter), 1 | 10..=36 | 200..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_blanks_are_folded() {
        for (text, folded) in [
            ("", ""),
            (" \t\n ", ""),
            ("The Rust Book", "the rust book"),
            ("  Émile\u{a0}\u{2003} ZOLA\n", "emile zola"),
            ("E\u{301}mile", "emile"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδός", "οδοσ"),
            ("İstanbul", "istanbul"),
            ("ﬁne Ⅳ １２", "fine iv 12"),
            ("Ёлка", "елка"),
            ("a\u{0}b\u{ad}c\u{200b}d", "abcd"),
            ("שָׁלוֹם", "שלום"),
            ("C++", "c++"),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn a_part_keeps_a_blank_at_its_ends() {
        for (part, folded) in [("The ", "the "), ("\t  É\n", " e "), ("  ", " "), ("", "")] {
            assert_eq!(fold_part(part), folded, "{part:?}");
        }
    }

    #[test]
    fn stored_texts_end_at_a_character_within_the_bound() {
        assert_eq!(stored("The Rust Book"), "the rust book");
        assert_eq!(stored(&"x".repeat(1_001)), "x".repeat(1_000));
        assert_eq!(stored(&format!("x{}", "я".repeat(500))), format!("x{}", "я".repeat(499)));
        assert!(fold(&"\u{fdfa}".repeat(500)).starts_with(&stored(&"\u{fdfa}".repeat(500))));
    }

    #[test]
    fn letters_that_look_like_marks_are_kept() {
        assert_ne!(fold("हिन्दी"), fold("हन्द"));
        assert_ne!(fold("が"), fold("か"));
        assert_eq!(fold("が"), fold("か\u{3099}"));
        assert_eq!(fold("한국"), fold("\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"));
    }

    #[test]
    fn folding_twice_is_folding_once_for_every_character() {
        // Beyond these ranges no character has a case, an accent or a compatibility form.
        let letters = ('\0'..='\u{1ffff}').chain('\u{2f800}'..='\u{2fa1f}').chain('\u{e0000}'..='\u{e01ef}');
        for letter in letters {
            let once = fold(&format!("x{letter}y {letter}"));
            assert_eq!(fold(&once), once, "{letter:?} (U+{:04X})", u32::from(letter));
        }
    }
}

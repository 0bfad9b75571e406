//! Folds texts for comparison: filters and search ignore case, accents, and variants of letters.
//!
//! The database engines fold differently, so texts are folded here. Titles are sorted by [sort keys](super::sort_key).

use deunicode::deunicode_char;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::domain::arabic::without_articles;
use crate::domain::invisible::is_invisible;

/// Folds a text: lowercase letters, without accents, and as their base letters ("Ł" as "l", "Œ" as "oe"); compatibility
/// forms ("ﬁ", "Ⅳ", "１") decomposed; digits of all scripts as 0 to 9; whitespace collapsed to single spaces and
/// trimmed. Apostrophes, control characters and invisible characters are removed. Folding is idempotent.
#[must_use]
pub fn fold(text: &str) -> String {
    fold_letters(text).trim_matches(' ').to_owned()
}

/// Folds a substring to find in [stored](stored) texts: whitespace at either end stands for a space between words.
#[must_use]
pub fn fold_part(text: &str) -> String {
    fold_letters(&without_articles(text))
}

fn fold_letters(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Converting to uppercase first unifies letters that lowercase distinguishes: "ß" and "ss", "ς" and "σ".
    let letters = (text.chars())
        // The compatibility forms of these are spaces with accents.
        .filter(|letter| !is_apostrophe(*letter))
        .nfkd()
        .filter(|letter| !is_dropped(*letter))
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|letter| !is_dropped(*letter));
    for letter in letters {
        if letter.is_ascii_graphic() {
            folded.push(letter);
        } else if letter.is_whitespace() {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if let Some(base) = base_letters(letter) {
            folded.push_str(base);
        } else {
            folded.push(letter);
        }
    }
    folded
}

/// Returns whether a character stands for an apostrophe: the ASCII or the typographic one, or an accent typed in its
/// place.
#[must_use]
pub fn is_apostrophe(letter: char) -> bool {
    matches!(
        letter,
        '\'' | '`' | '´' | '\u{2b9}'..='\u{2bd}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}' | '\u{5f3}' | '\u{a78c}'
            | '\u{ff07}'
    )
}

/// Returns the usual replacement of a folded letter that Unicode does not decompose.
fn base_letters(letter: char) -> Option<&'static str> {
    Some(match letter {
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ŋ' => "ng",
        'ĸ' => "k",
        // The music sharp sign, as in C♯.
        '♯' => "#",
        // Arabic and Persian keyboards have different forms of yeh, kaf and heh; teh marbuta is often typed without
        // dots.
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        'ة' | 'ە' | 'ہ' => "ه",
        // Hindi: a vowel is nasal with or without the moon below the dot.
        '\u{901}' => "\u{902}",
        _ if category(letter) == GeneralCategory::DecimalNumber => return deunicode_char(letter),
        _ => return None,
    })
}

fn category(letter: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(letter)
}

/// The maximum length of stored texts in bytes. A letter can fold to eighteen bytes, and the text must fit into the
/// indexes of the databases.
const MAX_LENGTH: usize = 1_000;

/// Returns the folded text of a title or name for filters, without Arabic [articles](super::arabic), truncated to the
/// maximum length.
#[must_use]
pub fn stored(text: &str) -> String {
    let mut folded = fold(&without_articles(text));
    folded.truncate(folded.floor_char_boundary(MAX_LENGTH));
    folded
}

fn is_dropped(letter: char) -> bool {
    // The tatweel only stretches a word.
    is_invisible(letter)
        || is_accent(letter)
        || is_apostrophe(letter)
        || letter == '\u{640}'
        || (letter.is_control() && !letter.is_whitespace())
}

/// Returns whether a character is an accent of Latin, Greek or Cyrillic, a nukta of Hindi, or a vowel point of Hebrew,
/// Arabic or Syriac, by its combining class. Marks of other scripts are significant: in Hindi, Thai and Japanese, vowel
/// signs and the mark that distinguishes "ga" from "ka" are letters.
fn is_accent(letter: char) -> bool {
    matches!(canonical_combining_class(letter), 1 | 7 | 10..=36 | 200..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_whitespace_are_folded() {
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
    fn letters_are_folded_to_what_keyboards_have() {
        for (text, folded) in [
            ("Le nœud, Cæsar, ŒUVRE", "le noeud, caesar, oeuvre"),
            ("Ǽ Ǿ", "ae o"),
            ("Łódź, Đorđe, Ørsted", "lodz, dorde, orsted"),
            ("Þór, Ðð, Ħal, Ŧ, Ŋ", "thor, dd, hal, t, ng"),
            ("ILIK ılık", "ilik ilik"),
            ("ＡＢＣ＃", "abc#"),
            ("الجزء ٢ ۳ २ ๔", "الجزء 2 3 2 4"),
            ("مـــرحبا", "مرحبا"),
            ("مدرسة على", "مدرسه علي"),
            ("کتاب فارسی", "كتاب فارسي"),
            ("हिन्दी पढ़ाई हँसी", "हिन्दी पढाई हंसी"),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn apostrophes_make_no_difference() {
        for text in ["Don't", "Don’t", "Don‘t", "Don`t", "Don´t", "Donʼt", "Don′t", "Don＇t", "Dont"] {
            assert_eq!(fold(text), "dont", "{text:?}");
        }
    }

    #[test]
    fn stored_texts_have_no_arabic_articles() {
        assert_eq!(stored("الكتاب والعلم"), stored("كتاب علم"));
        assert_eq!(fold_part("الكتاب"), "كتاب");
    }

    #[test]
    fn substrings_keep_outer_spaces() {
        for (part, folded) in [("The ", "the "), ("\t  É\n", " e "), ("  ", " "), ("", "")] {
            assert_eq!(fold_part(part), folded, "{part:?}");
        }
    }

    #[test]
    fn stored_texts_end_at_a_character_within_the_bound() {
        assert_eq!(stored("The Rust Book"), "the rust book");
        assert_eq!(stored(&"x".repeat(1_001)), "x".repeat(1_000));
        assert_eq!(stored(&format!("x{}", "я".repeat(500))), format!("x{}", "я".repeat(499)));
        assert!(fold(&"\u{337f}".repeat(500)).starts_with(&stored(&"\u{337f}".repeat(500))));
    }

    #[test]
    fn letters_that_look_like_marks_are_preserved() {
        assert_ne!(fold("हिन्दी"), fold("हन्द"));
        assert_ne!(fold("が"), fold("か"));
        assert_eq!(fold("が"), fold("か\u{3099}"));
        assert_eq!(fold("한국"), fold("\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"));
    }

    #[test]
    fn folding_twice_is_folding_once_for_every_character() {
        // Characters beyond these ranges have no case, accent or compatibility form.
        let letters = ('\0'..='\u{1ffff}').chain('\u{2f800}'..='\u{2fa1f}').chain('\u{e0000}'..='\u{e01ef}');
        for letter in letters {
            let once = fold(&format!("x{letter}y {letter}"));
            assert_eq!(fold(&once), once, "{letter:?} (U+{:04X})", u32::from(letter));
        }
    }
}

//! The key that titles and names sort by: case and accents folded, then by code point. Computed here and stored, so that
//! both engines sort alike.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text: compatibility forms taken apart, accents dropped, lower case, blanks trimmed and joined. Folding what is
/// folded changes nothing.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut key = folded(text);
    // Lower case may bring marks of its own ("İ"), so it is gone over until it stands.
    loop {
        let again = folded(&key);
        if again == key {
            return key;
        }
        key = again;
    }
}

fn folded(text: &str) -> String {
    let letters: String = text
        .nfkd()
        .filter(|character| !is_combining_mark(*character) && *character != '\0')
        .flat_map(char::to_lowercase)
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_blanks_make_no_difference() {
        assert_eq!(fold("  Éléments\tof   STYLE "), "elements of style");
        assert_eq!(fold("e\u{301}te\u{301}"), fold("été"));
        assert_eq!(fold("ﬁne Ⅳ"), "fine iv");
        assert_eq!(fold("C++ \0 Primer"), "c++ primer");
        assert_eq!(fold("極客 🙂"), "極客 🙂");
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for text in ["İstanbul", "ẞ", "ſ", "Ω", "ﷺ", "각", "a\u{0345}Σ", "ǅ", "\u{212A}"] {
            assert_eq!(fold(&fold(text)), fold(text), "{text}");
        }
    }
}

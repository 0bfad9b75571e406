//! Finds similar words, to correct typos.

/// Returns the maximum number of edits of a word (missing, additional, wrong or swapped letters): one for four to seven
/// letters, two for longer words, none for shorter ones.
#[must_use]
pub fn max_edits(word: &str) -> usize {
    match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The maximum length of a word to correct.
const MAX_CHARACTERS: usize = 40;

/// Returns whether a word can be corrected: it has letters, and neither too few nor too many characters.
#[must_use]
pub fn is_correctable(word: &str) -> bool {
    max_edits(word) > 0 && word.chars().nth(MAX_CHARACTERS).is_none() && word.chars().any(char::is_alphabetic)
}

/// Returns the edit distance of two words, if it does not exceed the maximum for `typed`. Swapped neighbors count as
/// one edit.
#[must_use]
pub fn distance(typed: &str, word: &str) -> Option<usize> {
    let distance = strsim::osa_distance(typed, word);
    (distance <= max_edits(typed)).then_some(distance)
}

/// Returns the edit distance of `typed` from the most similar prefix of a word.
#[must_use]
pub fn prefix_distance(typed: &str, word: &str) -> Option<usize> {
    let letters = typed.chars().count();
    let ends = word.char_indices().map(|(at, _)| at).chain([word.len()]);
    (ends.enumerate())
        .filter(|(length, _)| length.abs_diff(letters) <= max_edits(typed))
        .filter_map(|(_, end)| distance(typed, &word[..end]))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn max_edits_depends_on_word_length() {
        for (typed, word, far) in [
            ("go", "og", None),
            ("rsut", "rust", Some(1)),
            ("javascrpit", "javascript", Some(1)),
            ("javscrip", "javascript", Some(2)),
            ("pyton", "python", Some(1)),
            ("ptyhno", "python", None),
            ("rust", "rust", Some(0)),
        ] {
            assert_eq!(distance(typed, word), far, "{typed} {word}");
        }
    }

    #[test]
    fn prefixes_are_compared_with_prefixes() {
        assert_eq!(prefix_distance("jvas", "javascript"), Some(1));
        assert_eq!(prefix_distance("java", "javascript"), Some(0));
        assert_eq!(prefix_distance("rust", "javascript"), None);
        assert_eq!(prefix_distance("übre", "über"), Some(1));
    }
}

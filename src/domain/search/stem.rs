//! English stemming. Other languages are not stemmed, because wrong stems cause wrong matches.

use std::borrow::Cow;
use std::sync::LazyLock;

use snowball_stemmers_rs::{Algorithm, Stemmer};

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Returns the stem of a folded word by Snowball's English rules: "books" and "book", "testing" and "tests" have the
/// same stem. Words with other characters than `a` to `z` are not stemmed.
#[must_use]
pub fn stem(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|letter| letter.is_ascii_lowercase()) { ENGLISH.stem(word) } else { Cow::Borrowed(word) }
}

/// Returns whether texts in a language are stemmed: English ones, and those without a language.
#[must_use]
pub fn is_english(language: Option<&str>) -> bool {
    language.is_none_or(|tag| tag.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case("en")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_words_are_stemmed() {
        for (word, stemmed) in [
            ("books", "book"),
            ("testing", "test"),
            ("tests", "test"),
            ("studies", "studi"),
            ("the", "the"),
            ("c++", "c++"),
            ("über", "über"),
            ("node2", "node2"),
        ] {
            assert_eq!(stem(word), stemmed, "{word:?}");
        }
    }

    #[test]
    fn texts_without_a_language_are_english() {
        for (language, english) in [(None, true), (Some("en"), true), (Some("en-GB"), true), (Some("de"), false)] {
            assert_eq!(is_english(language), english, "{language:?}");
        }
    }
}

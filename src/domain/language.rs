//! Languages as BCP 47 tags: "en", "pt-BR", "zh-Hant".

use oxilangtag::LanguageTag;
use thiserror::Error;

/// Characters in the longest tag. Real ones have fewer than forty.
const MAX_LENGTH: usize = 100;

/// Why a text is no language tag.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LanguageError {
    /// The subtags do not follow the grammar.
    #[error("is not a language tag: write it like \"en\" or \"pt-BR\"")]
    Malformed,
    /// As programs write locales.
    #[error("is not a language tag: replace \"_\" with \"-\"")]
    Underscore,
    /// Longer than any tag that means something.
    #[error("is not a language tag: it is longer than {MAX_LENGTH} characters")]
    TooLong,
}

/// Reads a tag and puts its letters in the usual case: "zh-hant-hk" is "zh-Hant-HK". The tag has to be well-formed; its
/// subtags need not be registered.
///
/// # Errors
/// When the text is no well-formed tag.
pub fn parse(text: &str) -> Result<String, LanguageError> {
    if text.len() > MAX_LENGTH {
        return Err(LanguageError::TooLong);
    }
    match LanguageTag::parse_and_normalize(text) {
        // The grammar lets "english" pass for a language that might be registered one day.
        Ok(tag) if tag.primary_language().len() > 3 => Err(LanguageError::Malformed),
        Ok(tag) => Ok(tag.into_inner()),
        Err(_) if text.contains('_') => Err(LanguageError::Underscore),
        Err(_) => Err(LanguageError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_get_their_usual_case() {
        for (text, tag) in [
            ("en", "en"),
            ("EN-gb", "en-GB"),
            ("zh-hant", "zh-Hant"),
            ("ZH-HANT-hk", "zh-Hant-HK"),
            ("es-419", "es-419"),
            ("SL-Rozaj-Biske", "sl-rozaj-biske"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(tag));
        }
    }

    #[test]
    fn invalid_tags_are_rejected() {
        for text in ["", " ", "e", "english", "en-", "-en", "en--GB", "english language", "é", "en GB", "en\0"] {
            assert_eq!(parse(text), Err(LanguageError::Malformed), "{text:?}");
        }
        assert_eq!(parse("en_GB"), Err(LanguageError::Underscore));
        assert_eq!(parse(&"en-".repeat(50)), Err(LanguageError::TooLong));
    }
}

//! Languages as BCP 47 tags: "en", "pt-BR", "zh-Hant".

use oxilangtag::LanguageTag;
use thiserror::Error;

/// The maximum length of a tag. Real tags have fewer than forty characters.
const MAX_LENGTH: usize = 100;

/// An invalid language tag.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LanguageError {
    /// The text does not follow the grammar.
    #[error("is not a language tag: write it like \"en\" or \"pt-BR\"")]
    Malformed,
    /// The text is a locale name with underscores.
    #[error("is not a language tag: replace \"_\" with \"-\"")]
    Underscore,
    /// The text is too long.
    #[error("is not a language tag: it is longer than {MAX_LENGTH} characters")]
    TooLong,
}

/// Parses a tag and normalizes its case: "zh-hant-hk" becomes "zh-Hant-HK". The tag must be well-formed; its subtags
/// need not be registered.
///
/// # Errors
/// Returns an error if the text is not a well-formed tag.
pub fn parse(text: &str) -> Result<String, LanguageError> {
    if text.len() > MAX_LENGTH {
        return Err(LanguageError::TooLong);
    }
    match LanguageTag::parse_and_normalize(text) {
        // The grammar allows "english" as a language that might be registered later.
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

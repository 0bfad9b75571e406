//! Languages as BCP 47 tags.

use oxilangtag::LanguageTag;

/// The longest tag that is taken, in bytes.
const MAX_LENGTH: usize = 100;

/// Why a text is no language tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no language tag: expected one such as en, pt-BR or zh-Hant")]
pub struct LanguageError;

/// Reads a well-formed tag, and puts its letters in the usual case: "EN-gb" is "en-GB".
///
/// # Errors
/// When it is none.
pub fn parse(text: &str) -> Result<String, LanguageError> {
    if text.len() > MAX_LENGTH {
        return Err(LanguageError);
    }
    LanguageTag::parse_and_normalize(text).map(LanguageTag::into_inner).map_err(|_| LanguageError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_get_their_usual_case() {
        for (text, tag) in [("en", "en"), ("EN-gb", "en-GB"), ("zh-hant-tw", "zh-Hant-TW"), ("fa-IR", "fa-IR")] {
            assert_eq!(parse(text), Ok(tag.to_owned()));
        }
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for text in ["", "e", "english language", "en_GB", "-en", "en-", "1", &"en-aaaaaaaa".repeat(30)] {
            assert_eq!(parse(text), Err(LanguageError), "{text}");
        }
    }
}

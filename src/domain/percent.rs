//! Decodes percent-encoded path segments.

use percent_encoding::percent_decode_str;

use crate::domain::invisible::token;

/// Decodes a path segment: `%41` is `A`. Invalid escapes are preserved, bytes that are not UTF-8 (of a truncated slug)
/// become U+FFFD, and surrounding whitespace and invisible characters are removed.
#[must_use]
pub fn percent_decoded(segment: &str) -> String {
    token(&percent_decode_str(segment).decode_utf8_lossy()).into_owned()
}

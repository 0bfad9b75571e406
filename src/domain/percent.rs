//! Percent-encoding in segments of paths.

use percent_encoding::percent_decode_str;

use crate::domain::invisible::token;

/// Decodes a segment of a path: `%41` is `A`. A broken escape stays as it is, bytes that are not UTF-8 (of a slug that was
/// cut) become U+FFFD, and invisible characters and blanks around the segment are removed.
#[must_use]
pub fn percent_decoded(segment: &str) -> String {
    token(&percent_decode_str(segment).decode_utf8_lossy()).into_owned()
}

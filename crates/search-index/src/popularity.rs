//! Popularity classes of documents.
//!
//! A completion is indexed with the class of its document as a prefix, so that the completions of popular documents come first in
//! the dictionary, and a search for the first ones can stop early.

/// The lowest popularity of the first class, which contains all greater values.
const HIGHEST: i64 = 254;

/// A popularity class. Lower classes are more popular. All documents of a class have the same popularity, except in the first class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PopularityClass(u8);

impl PopularityClass {
    pub fn of(popularity: i64) -> Self {
        let capped = popularity.clamp(0, HIGHEST);
        Self((HIGHEST - capped).to_le_bytes()[0])
    }

    /// Returns the popularity of its documents; `None` if they differ.
    pub fn popularity(self) -> Option<i64> {
        (self.0 > 0).then(|| HIGHEST - i64::from(self.0))
    }

    /// Returns the indexed form of a text.
    pub fn prepend(self, text: &str) -> String {
        // The null character ends words (see `tokens`), so the first class becomes U+0001.
        let mut term = String::from(char::from_u32(u32::from(self.0) + 1).unwrap_or_default());
        term.push_str(text);
        term
    }

    /// Removes the class from an indexed form.
    pub fn strip(term: &str) -> &str {
        let mut letters = term.chars();
        letters.next();
        letters.as_str()
    }
}

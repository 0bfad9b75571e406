//! Marker books: books with words that no other book has, so that searches for these words have the same number of
//! results in every catalog.

use serde_json::json;

/// The word in the titles of all marker books.
pub const COMMON_WORD: &str = "quincunx";
/// The number of groups, each of which has its own word.
pub const GROUPS: usize = 10;
const BOOKS_PER_GROUP: usize = 100;

/// Returns the word of a group, which is in the titles of its hundred books.
pub fn group_word(number: usize) -> String {
    format!("r{number}{COMMON_WORD}")
}

/// Writes the marker books to standard output in the import format.
pub fn print() {
    for number in 0..GROUPS * BOOKS_PER_GROUP {
        let (slug, title) = (
            format!("{COMMON_WORD}-{number}"),
            format!("{COMMON_WORD} {} {number}", group_word(number / BOOKS_PER_GROUP)),
        );
        println!("{}", json!({ "kind": "book", "slug": slug, "title": title, "language": "en" }));
    }
}

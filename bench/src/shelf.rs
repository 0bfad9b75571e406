//! Books that are found by words which no other book has, as many in a large catalog as in a small one.

use serde_json::json;

/// The word that all of them have.
pub const ALL: &str = "quincunx";
/// How many rows there are, each with a word of its own.
pub const ROWS: usize = 10;
const BOOKS_OF_A_ROW: usize = 100;

/// The word of a row, which a hundred of them have.
pub fn row(number: usize) -> String {
    format!("r{number}{ALL}")
}

/// Writes them in the import format.
pub fn print() {
    for number in 0..ROWS * BOOKS_OF_A_ROW {
        let (slug, title) = (format!("{ALL}-{number}"), format!("{ALL} {} {number}", row(number / BOOKS_OF_A_ROW)));
        println!("{}", json!({ "kind": "book", "slug": slug, "title": title, "language": "en" }));
    }
}

//! What is broken about a line that is no JSON, for who wrote it.

use crate::service::write::{Fault, FaultCode};

/// How many characters before the place are shown.
const SHOWN: usize = 24;

/// What the parser says, and what it means.
const MEANINGS: [(&str, &str); 14] = [
    ("EOF", "the line ends in the middle of the record"),
    ("expected `:`", "a colon should stand after the name of a field"),
    ("expected `,` or `]`", "a comma, or the end of the list, should stand here"),
    ("expected `,` or `}`", "a comma, or the end of the object, should stand here"),
    ("expected ident", "only true, false and null need no quotes"),
    ("expected value", "a value should stand here"),
    ("invalid escape", "a backslash stands before a character that needs none"),
    ("invalid number", "a number is not written as JSON has them"),
    ("number out of range", "a number is too large"),
    ("control character", "a text holds a control character, such as a tab, that should be escaped"),
    ("key must be a string", "the name of a field should stand in quotes here"),
    ("trailing comma", "nothing follows the comma"),
    ("trailing characters", "the record is at its end, but the line goes on"),
    ("recursion limit exceeded", "it is nested too deep"),
];

/// Names the place, and what is wrong there.
pub fn fault(line: &str, error: &serde_json::Error) -> Fault {
    let said = error.to_string();
    let meaning = MEANINGS.iter().find(|(start, _)| said.starts_with(start));
    // What is left are escapes that make half a character.
    let meaning = meaning.map_or("an escape stands for no character", |(_, meaning)| meaning);
    // The parser counts bytes.
    let bytes = line.floor_char_boundary(error.column());
    let until = &line[..bytes];
    let column = until.chars().count().max(1);
    let start = until.char_indices().rev().nth(SHOWN).map_or(0, |(start, _)| start);
    let cut = if start > 0 { "…" } else { "" };
    let shown = format!("{cut}{}", &until[start..]);
    let shown = (!shown.is_empty()).then_some(shown);
    Fault::new("", FaultCode::Invalid, shown.as_deref(), format!("is broken JSON at column {column}: {meaning}"))
}

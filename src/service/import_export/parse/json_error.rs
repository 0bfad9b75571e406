//! Describes syntax errors of a line.

use crate::service::write::{Violation, ViolationCode};

/// The number of characters to show before the error.
const SHOWN: usize = 24;

/// The messages of the parser, and their explanations.
const MEANINGS: [(&str, &str); 14] = [
    ("EOF", "the line ends before the record is complete"),
    ("expected `:`", "expected a colon after the field name"),
    ("expected `,` or `]`", "expected a comma or the end of the array"),
    ("expected `,` or `}`", "expected a comma or the end of the object"),
    ("expected ident", "expected true, false or null; other values need quotes"),
    ("expected value", "expected a value"),
    ("invalid escape", "invalid escape after a backslash"),
    ("invalid number", "invalid number"),
    ("number out of range", "number out of range"),
    ("control character", "a string contains a control character, such as a tab, that must be escaped"),
    ("key must be a string", "expected a field name in quotes"),
    ("trailing comma", "trailing comma"),
    ("trailing characters", "unexpected characters after the record"),
    ("recursion limit exceeded", "it is nested too deeply"),
];

/// Returns the violation of a syntax error, with its column.
pub fn violation(line: &str, error: &serde_json::Error) -> Violation {
    let message = error.to_string();
    let meaning = MEANINGS.iter().find(|(start, _)| message.starts_with(start));
    // The remaining errors are lone surrogates in escapes.
    let meaning = meaning.map_or("invalid Unicode escape", |(_, meaning)| meaning);
    // The parser counts bytes.
    let bytes = line.floor_char_boundary(error.column());
    let until = &line[..bytes];
    let column = until.chars().count().max(1);
    let start = until.char_indices().rev().nth(SHOWN).map_or(0, |(start, _)| start);
    let cut = if start > 0 { "…" } else { "" };
    let shown = format!("{cut}{}", &until[start..]);
    let shown = (!shown.is_empty()).then_some(shown);
    Violation::new(
        "",
        ViolationCode::Invalid,
        shown.as_deref(),
        format!("is invalid JSON at column {column}: {meaning}"),
    )
}

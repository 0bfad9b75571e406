//! Long texts, compared by their lines.

use similar::TextDiff;

/// The fields that hold prose.
const PROSE: [&str; 5] = ["summary", "description", "introduction", "article", "note"];
/// How many lines are shown around those that differ.
const CONTEXT: usize = 3;
/// How many lines two texts may have together to be compared: the work grows with the square of it.
const MOST_LINES: usize = 5_000;

pub fn is_prose(field: &str) -> bool {
    PROSE.contains(&field)
}

/// The lines that differ in the unified format; nothing where there are too many to compare.
pub fn unified(before: &str, after: &str) -> Option<String> {
    if before.lines().count() + after.lines().count() > MOST_LINES {
        return None;
    }
    let difference = TextDiff::from_lines(before, after);
    Some(difference.unified_diff().context_radius(CONTEXT).missing_newline_hint(false).to_string())
}

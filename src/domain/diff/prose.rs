//! Compares long texts by lines.

use similar::TextDiff;

/// The fields with prose.
const PROSE: [&str; 5] = ["summary", "description", "introduction", "article", "note"];
/// The number of context lines around differences.
const CONTEXT: usize = 3;
/// The maximum number of lines of both texts: the time grows with its square.
const MOST_LINES: usize = 5_000;

pub fn is_prose(field: &str) -> bool {
    PROSE.contains(&field)
}

/// Returns a unified diff. `None` if there are too many lines.
pub fn unified(before: &str, after: &str) -> Option<String> {
    if before.lines().count() + after.lines().count() > MOST_LINES {
        return None;
    }
    let difference = TextDiff::from_lines(before, after);
    Some(difference.unified_diff().context_radius(CONTEXT).missing_newline_hint(false).to_string())
}

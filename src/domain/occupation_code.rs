//! Codes of occupations in public classifications: `15-1254.00` of O*NET-SOC, `2512` of ISCO-08, `M1805` of ROME.

use super::limits;

/// Returns whether `text` can be an occupation code: ASCII letters and digits, with single dots, hyphens or spaces
/// between groups, and at least one digit.
#[must_use]
pub fn is_code(text: &str) -> bool {
    text.len() <= limits::OCCUPATION_CODE
        && text.contains(|c: char| c.is_ascii_digit())
        && text
            .split(['.', '-', ' '])
            .all(|group| !group.is_empty() && group.chars().all(|c| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn codes_of_common_classifications_are_valid() {
        for code in ["15-1252.00", "15-1252", "2512", "2512.1", "M1805", "B 43412", "J62.01"] {
            assert!(is_code(code), "{code}");
        }
        for text in ["", "developer", "15-1252.00 ", "15--1252", ".15", "15/1252", "１５", "151252.00-151252.00-1512"]
        {
            assert!(!is_code(text), "{text}");
        }
    }
}

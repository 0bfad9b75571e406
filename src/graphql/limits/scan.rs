//! Scans a document before it is parsed: counts its tokens and the depth of its brackets.
//!
//! The parsers are recursive, and async-graphql limits the depth of selections but not of values: three kilobytes of
//! `{not:{not:…` would overflow the stack and abort the process. The scan takes one pass without recursion.

/// The maximum depth of brackets of any kind, which the stack can hold.
pub const MAX_NESTING: usize = 64;

/// The result of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The maximum number of open brackets outside of strings and comments.
    pub nesting: usize,
    /// The number of tokens: <https://spec.graphql.org/September2025/#sec-Language.Source-Text.Lexical-Tokens>
    pub tokens: usize,
}

/// Scans a document.
#[must_use]
pub fn scan(document: &str) -> Scan {
    let bytes = document.as_bytes();
    let (mut at, mut open) = (0, 0usize);
    let mut scan = Scan { nesting: 0, tokens: 0 };
    while at < bytes.len() {
        let byte = bytes[at];
        if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b'#') {
            scan.tokens += 1;
        }
        match byte {
            b'{' | b'[' | b'(' => {
                open += 1;
                scan.nesting = scan.nesting.max(open);
            }
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            b'#' => at = find(bytes, at, |byte| matches!(byte, b'\n' | b'\r')),
            b'"' if bytes[at..].starts_with(b"\"\"\"") => at = block_string_end(bytes, at + 3),
            b'"' => at = string_end(bytes, at + 1),
            b'.' if bytes[at..].starts_with(b"...") => at += 2,
            _ if is_word(byte) => at = find(bytes, at, |byte| !is_word(byte)) - 1,
            _ => {}
        }
        at += 1;
    }
    scan
}

/// Whether a byte is part of a name or a number.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+')
}

/// Returns the index of the first byte from `at` for which `is` returns true, or the length.
fn find(bytes: &[u8], at: usize, is: impl Fn(u8) -> bool) -> usize {
    bytes[at..].iter().position(|byte| is(*byte)).map_or(bytes.len(), |distance| at + distance)
}

/// Returns the index of the end of the string that began before `at`: its quote, or the end of the line.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at = find(bytes, at, |byte| matches!(byte, b'"' | b'\\' | b'\n' | b'\r'));
        if bytes.get(at) != Some(&b'\\') {
            return at;
        }
        at = (at + 2).min(bytes.len());
    }
}

/// Returns the index of the last quote of the block string that began before `at`.
fn block_string_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        if bytes[at..].starts_with(b"\\\"\"\"") {
            at += 4;
        } else if bytes[at..].starts_with(b"\"\"\"") {
            return at + 2;
        } else {
            at += 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nesting(document: &str) -> usize {
        scan(document).nesting
    }

    fn tokens(document: &str) -> usize {
        scan(document).tokens
    }

    #[test]
    fn names_numbers_strings_and_marks_are_tokens() {
        assert_eq!(tokens(""), 0);
        assert_eq!(tokens("{ a }"), 3);
        assert_eq!(tokens("query Q($a: [Int!]) {\n  b(first: -12, c: \"x y\") { ...F, d } # e f\n}"), 27);
        assert_eq!(tokens("\"\"\"a { b\"\"\" \"c\\\"d\""), 2);
        assert_eq!(tokens("é"), 2, "what is no token counts by its bytes");
    }

    #[test]
    fn brackets_of_all_kinds_count() {
        assert_eq!(nesting(""), 0);
        assert_eq!(nesting("{ a(b: {c: [1, [2]]}) { d } }"), 5);
        assert_eq!(nesting("}}}{"), 1);
        assert_eq!(nesting(&"[".repeat(1_000_000)), 1_000_000);
    }

    #[test]
    fn strings_and_comments_do_not() {
        assert_eq!(nesting(r#"{ a(b: "{{{\"{{{") }"#), 2);
        assert_eq!(nesting("{ # {{{\n a }"), 1);
        assert_eq!(nesting("{ a(b: \"\"\"{{ \" \\\"\"\" {{\"\"\") }"), 2);
        assert_eq!(nesting("{ a(b: \"{{\n{"), 3, "a string ends with its line");
        for odd in ["\"", "\"\\", "\"\"\"", "\"\"\"\\\"\"", "#", "\"\\\""] {
            assert_eq!(nesting(odd), 0, "{odd}");
        }
    }
}

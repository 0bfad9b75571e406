//! How deep a document is nested, before any parser sees it.
//!
//! Parsers walk down by recursion, and async-graphql's bounds selections only, not values: three kilobytes of `{not:{not:…`
//! would overflow the stack, and with it end the process. Counting brackets takes one pass and no stack.

/// How deep a document may be nested, counted in brackets of any kind.
pub const MAX_NESTING: usize = 64;

/// How many brackets are open at once, strings and comments aside.
#[must_use]
pub fn nesting(document: &str) -> usize {
    let bytes = document.as_bytes();
    let (mut at, mut open, mut deepest) = (0, 0usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' | b'(' => {
                open += 1;
                deepest = deepest.max(open);
            }
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            b'#' => at = find(bytes, at, |byte| matches!(byte, b'\n' | b'\r')),
            b'"' if bytes[at..].starts_with(b"\"\"\"") => at = block_string_end(bytes, at + 3),
            b'"' => at = string_end(bytes, at + 1),
            _ => {}
        }
        at += 1;
    }
    deepest
}

/// Where the first byte from `at` on stands that `is` it, or the end.
fn find(bytes: &[u8], at: usize, is: impl Fn(u8) -> bool) -> usize {
    bytes[at..].iter().position(|byte| is(*byte)).map_or(bytes.len(), |distance| at + distance)
}

/// Where a string ends that has begun before `at`: at its quote, or at the end of the line, which no string crosses.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at = find(bytes, at, |byte| matches!(byte, b'"' | b'\\' | b'\n' | b'\r'));
        if bytes.get(at) != Some(&b'\\') {
            return at;
        }
        at = (at + 2).min(bytes.len());
    }
}

/// Where a block string ends that has begun before `at`: at the last of its three quotes.
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

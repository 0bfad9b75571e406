//! The escaping of XML templates.

use std::fmt::{self, Write};

use askama::filters::Escaper;

/// Escapes texts for elements and attributes, and removes the characters that XML 1.0 does not allow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Xml;

impl Escaper for Xml {
    fn write_escaped_str<W: Write>(&self, mut destination: W, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| self.write_escaped_char(&mut destination, character))
    }

    fn write_escaped_char<W: Write>(&self, mut destination: W, character: char) -> fmt::Result {
        match character {
            '<' => destination.write_str("&lt;"),
            '>' => destination.write_str("&gt;"),
            '&' => destination.write_str("&amp;"),
            '"' => destination.write_str("&quot;"),
            '\'' => destination.write_str("&#39;"),
            // Parsers would read a bare carriage return as a line feed.
            '\r' => destination.write_str("&#13;"),
            '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'.. => destination.write_char(character),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut escaped = String::new();
        Xml.write_escaped_str(&mut escaped, text).expect("strings accept everything");
        escaped
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escaped(r#"<a b="c">'&'</a>"#), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
        assert_eq!(escaped("]]>\r"), "]]&gt;&#13;");
    }

    #[test]
    fn only_characters_that_xml_does_not_allow_are_removed() {
        assert_eq!(escaped("a\0b\u{b}c\u{1b}d\u{fffe}e\u{ffff}f"), "abcdef");
        for text in ["\t\n", "é", "\u{7f}\u{85}", "مرحبا", "🎓", "\u{fffd}\u{10ffff}"] {
            assert_eq!(escaped(text), text);
        }
    }
}

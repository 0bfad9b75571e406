//! Counting words, and telling text from markup.

use pulldown_cmark::Event;

/// The text of some events.
pub fn plain(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(piece) | Event::Code(piece) => text.push_str(piece),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

/// How many words some events have. Chinese, Japanese and Korean are written without blanks: two of their characters
/// count as one word, about what they are in other scripts.
pub fn count(events: &[Event<'_>]) -> usize {
    let (mut words, mut ideographs, mut in_word) = (0, 0_usize, false);
    for event in events {
        match event {
            Event::Text(piece) | Event::Code(piece) => {
                for character in piece.chars() {
                    if is_ideograph(character) {
                        ideographs += 1;
                        in_word = false;
                    } else if character.is_whitespace() {
                        in_word = false;
                    } else if !in_word && character.is_alphanumeric() {
                        words += 1;
                        in_word = true;
                    }
                }
            }
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !matches!(event, Event::End(end) if is_inline(*end)) =>
            {
                in_word = false;
            }
            _ => {}
        }
    }
    words + ideographs.div_ceil(2)
}

fn is_inline(end: pulldown_cmark::TagEnd) -> bool {
    use pulldown_cmark::TagEnd;
    matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
}

fn is_ideograph(character: char) -> bool {
    matches!(character,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

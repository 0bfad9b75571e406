//! Highlights matches in texts.

use super::query::{Clause, Query};
use super::stem::stem;
use super::tokenizer::tokenize;

/// The length of a fragment in characters, without marks.
const FRAGMENT: usize = 160;
/// The maximum number of fragments.
const FRAGMENTS: usize = 3;

/// Returns the fragments of `text` with words of the query, with `<mark>` around matches and the rest escaped for HTML.
/// A short text is one fragment.
#[must_use]
pub fn fragments(text: &str, query: &Query) -> Vec<String> {
    let marks = marks(text, query);
    let mut fragments = Vec::new();
    let mut rest = &marks[..];
    while let Some(first) = rest.first()
        && fragments.len() < FRAGMENTS
    {
        let (from, to) = around(text, first.0);
        let inside = rest.iter().take_while(|mark| mark.1 <= to).count().max(1);
        fragments.push(marked(text, from, to.max(first.1), &rest[..inside]));
        rest = &rest[inside..];
    }
    fragments
}

/// Returns the byte ranges of matches, in order and without overlaps.
fn marks(text: &str, query: &Query) -> Vec<(usize, usize)> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for word in tokenize(text) {
        if !query.clauses.iter().any(|clause| names(clause, &word.text)) {
            continue;
        }
        match marks.last_mut() {
            Some(last) if word.range.start <= last.1 => last.1 = last.1.max(word.range.end),
            _ => marks.push((word.range.start, word.range.end)),
        }
    }
    marks
}

/// Returns whether a word of a text matches a clause.
fn names(clause: &Clause, word: &str) -> bool {
    let stemmed = stem(word);
    let is = |form: &str| form == word || form == stemmed;
    clause.joined.as_deref().is_some_and(is)
        || clause.words.iter().any(|asked| {
            asked.forms().any(is)
                || asked.corrections.iter().any(|correction| is(correction))
                || (asked.is_prefix && word.starts_with(&asked.text))
        })
}

/// Returns the range of a fragment around a position, cut at whitespace.
fn around(text: &str, place: usize) -> (usize, usize) {
    let mut from = floor(text, place.saturating_sub(FRAGMENT / 4));
    let mut to = floor(text, from + FRAGMENT);
    if text.len() <= FRAGMENT * 2 && text.chars().count() <= FRAGMENT {
        return (0, text.len());
    }
    if from > 0 {
        from = text[from..place].find(char::is_whitespace).map_or(from, |blank| from + blank);
    }
    if to < text.len() {
        to = text[place..to].rfind(char::is_whitespace).map_or(to, |blank| place + blank);
    }
    (from, to)
}

fn floor(text: &str, place: usize) -> usize {
    text.floor_char_boundary(place.min(text.len()))
}

fn marked(text: &str, from: usize, to: usize, marks: &[(usize, usize)]) -> String {
    let mut fragment = String::new();
    if from > 0 {
        fragment.push('…');
    }
    let from = from + (text[from..to].len() - text[from..to].trim_start().len());
    let mut at = from;
    for (begin, end) in marks {
        escape(&mut fragment, &text[at..*begin]);
        fragment.push_str("<mark>");
        escape(&mut fragment, &text[*begin..*end]);
        fragment.push_str("</mark>");
        at = *end;
    }
    escape(&mut fragment, text[at..to.max(at)].trim_end());
    if to < text.len() {
        fragment.push('…');
    }
    fragment
}

/// Escapes a text for HTML. Control characters become spaces.
fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            letter if letter.is_control() => html.push(' '),
            letter => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str, query: &str) -> Vec<String> {
        fragments(text, &Query::parse(query).expect("short enough"))
    }

    #[test]
    fn matches_are_marked_and_text_is_escaped() {
        assert_eq!(
            of("Testing <b> & \"Tests\"", "test "),
            ["<mark>Testing</mark> &lt;b&gt; &amp; &quot;<mark>Tests</mark>&quot;"]
        );
        assert_eq!(of("JavaScript", "java"), ["<mark>JavaScript</mark>"]);
        assert_eq!(of("学习编程", "编程"), ["学习<mark>编程</mark>"]);
        assert_eq!(of("Node.js in Action", "nodejs "), ["<mark>Node.js</mark> in Action"]);
        assert!(of("nothing", "else ").is_empty());
    }

    #[test]
    fn long_texts_yield_fragments() {
        let text = format!("{} rust {} rust", "lorem ipsum ".repeat(40), "dolor sit ".repeat(60));
        let fragments = of(&text, "rust ");
        assert_eq!(fragments.len(), 2);
        assert!(fragments.iter().all(|fragment| fragment.starts_with('…') && fragment.contains("<mark>rust</mark>")));
        assert!(fragments.iter().all(|fragment| fragment.chars().count() < 200), "{fragments:?}");
    }

    proptest! {
        #[test]
        fn arbitrary_texts_can_be_highlighted(text in "\\PC{0,400}", query in "\\PC{0,10}") {
            for fragment in fragments(&text, &Query::parse(&query).expect("short enough")) {
                prop_assert!(fragment.matches("<mark>").count() == fragment.matches("</mark>").count());
                prop_assert!(!fragment.replace("<mark>", "").replace("</mark>", "").contains('<'));
            }
        }
    }
}

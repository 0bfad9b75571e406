//! Texts cut into words, the same way for what is indexed and for what is typed.
//!
//! A word is a run of letters and digits, folded: case, accents and forms of width aside. What is written together of
//! several ("node.js", "back-end", "O'Reilly") is all its parts, and the whole without what joins them, so that "nodejs"
//! and "backend" find it. `C++`, `C#` and `.NET` keep their signs. Chinese, Japanese and Korean have no blanks between
//! words: their runs are cut into substrings of two characters.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::fold;

/// Characters of a word that are looked at; what follows is left off.
const LONGEST: usize = 64;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is compared.
    pub text: String,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    pub form: Form,
}

/// What a word is of what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One of the words in a row.
    Plain,
    /// Part of something joined; the parts follow each other.
    Part,
    /// All that is written together, as one word; it comes behind its parts.
    Joined,
    /// A name that begins with a dot, the dot included; it comes behind the same word without it.
    Dotted,
    /// Two characters of a run without blanks.
    Pair,
    /// The last character of such a run, or its only one.
    Single,
}

impl Form {
    /// Whether it is one of the words as they follow each other, rather than another way to write some of them.
    #[must_use]
    pub fn is_in_row(self) -> bool {
        matches!(self, Self::Plain | Self::Part | Self::Pair)
    }
}

/// What one written word is cut into; the query's grammar works on these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub words: Vec<Word>,
}

/// The words of a text, in their order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    written(text).into_iter().flat_map(|written| written.words).collect()
}

/// The words of a text, those that are written together in one.
#[must_use]
pub fn written(text: &str) -> Vec<Written> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let mut cutter = Cutter { text, letters: &letters, at: 0 };
    let mut all = Vec::new();
    while let Some(written) = cutter.next() {
        if !written.words.is_empty() {
            all.push(written);
        }
    }
    all
}

struct Cutter<'t> {
    text: &'t str,
    letters: &'t [(usize, char)],
    at: usize,
}

impl Cutter<'_> {
    fn next(&mut self) -> Option<Written> {
        while let Some(letter) = self.letter(self.at) {
            if is_unspaced(letter) {
                return Some(self.run());
            }
            if is_letter(letter) {
                return Some(self.compound());
            }
            self.at += 1;
        }
        None
    }

    fn letter(&self, at: usize) -> Option<char> {
        self.letters.get(at).map(|(_, letter)| *letter)
    }

    fn bytes(&self, from: usize, to: usize) -> Range<usize> {
        let place = |at: usize| self.letters.get(at).map_or(self.text.len(), |(byte, _)| *byte);
        place(from)..place(to)
    }

    /// A run of characters without blanks between words, as substrings of two.
    fn run(&mut self) -> Written {
        let mut characters: Vec<(String, Range<usize>)> = Vec::new();
        while self.letter(self.at).is_some_and(is_unspaced) {
            let from = self.at;
            self.at += 1;
            while self.letter(self.at).is_some_and(is_combining_mark) {
                self.at += 1;
            }
            let range = self.bytes(from, self.at);
            let folded = fold(&self.text[range.clone()]);
            if !folded.is_empty() {
                characters.push((folded, range));
            }
        }
        let mut words: Vec<Word> = (characters.windows(2))
            .map(|pair| Word {
                text: format!("{}{}", pair[0].0, pair[1].0),
                range: pair[0].1.start..pair[1].1.end,
                form: Form::Pair,
            })
            .collect();
        if let Some((text, range)) = characters.pop() {
            words.push(Word { text, range, form: Form::Single });
        }
        Written { words }
    }

    /// Letters and digits, with what joins them.
    fn compound(&mut self) -> Written {
        let begin = self.at;
        let mut words = Vec::new();
        let mut after_dot = self.begins_with_dot();
        loop {
            let from = self.at;
            self.skip_letters();
            let signs = self.signs();
            let range = self.bytes(from, self.at);
            let text = fold(&self.text[range.clone()]);
            if after_dot && !text.is_empty() {
                words.push(Word { text: text.clone(), range: range.clone(), form: Form::Part });
                words.push(Word { text: format!(".{text}"), range, form: Form::Dotted });
            } else if !text.is_empty() {
                words.push(Word { text, range, form: Form::Part });
            }
            let Some(joint) = self.letter(self.at).filter(|letter| !signs && is_joint(*letter)) else { break };
            if !self.letter(self.at + 1).is_some_and(is_word_letter) {
                break;
            }
            after_dot = joint == '.';
            self.at += 1;
        }
        let mut parts = words.iter_mut().filter(|word| word.form == Form::Part).peekable();
        let Some(first) = parts.next() else { return Written { words } };
        if parts.peek().is_none() {
            first.form = Form::Plain;
            return Written { words };
        }
        let parts = words.iter().filter(|word| word.form == Form::Part);
        let joined = shortened(parts.map(|word| word.text.as_str()).collect());
        words.push(Word { text: joined, range: self.bytes(begin, self.at), form: Form::Joined });
        Written { words }
    }

    fn skip_letters(&mut self) {
        while self.letter(self.at).is_some_and(|letter| is_word_letter(letter) || is_combining_mark(letter)) {
            self.at += 1;
        }
    }

    /// Whether there is a dot before the place that begins a name: not one behind a word.
    fn begins_with_dot(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.letter(at));
        before(1) == Some('.') && !before(2).is_some_and(|letter| letter == '.' || letter.is_alphanumeric())
    }

    /// Takes the signs of `C++` and `C#` in; says whether there were any.
    fn signs(&mut self) -> bool {
        let from = self.at;
        if self.letter(self.at) == Some('#') {
            self.at += 1;
        } else {
            while self.letter(self.at) == Some('+') && self.at < from + 2 {
                self.at += 1;
            }
        }
        if self.at > from && self.letter(self.at).is_some_and(|letter| letter.is_alphanumeric() || letter == '+') {
            // "1+1" is no name of a language.
            self.at = from;
        }
        self.at > from
    }
}

/// As words are compared.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.bytes().all(|letter| letter.is_ascii_alphanumeric()) {
        return shortened(text.to_ascii_lowercase());
    }
    let kept = |letter: &char| letter.is_alphanumeric() || is_combining_mark(*letter) || matches!(letter, '+' | '#');
    shortened(fold::fold(text).nfc().filter(kept).collect())
}

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
    }
    text
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric()
}

fn is_word_letter(letter: char) -> bool {
    letter.is_alphanumeric() && !is_unspaced(letter)
}

fn is_joint(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}' | '\u{2011}' | '\'' | '\u{2019}' | '.' | '/' | '&' | '_')
}

/// Whether it belongs to a script that puts no blanks between words: Han, kana, Hangul.
fn is_unspaced(letter: char) -> bool {
    let in_range = matches!(letter,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}');
    in_range && letter.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn texts_are_cut_and_folded() {
        for (text, cut) in [
            ("", vec![]),
            (" — … ! * % \u{0} 🎉", vec![]),
            ("The Rust Book", vec!["the", "rust", "book"]),
            ("Émile ZOLA", vec!["emile", "zola"]),
            ("C++ and C#, F#.", vec!["c++", "and", "c#", "f#"]),
            ("1+1", vec!["1", "1"]),
            (".NET", vec!["net", ".net"]),
            ("ASP.NET", vec!["asp", "net", ".net", "aspnet"]),
            ("Node.js", vec!["node", "js", ".js", "nodejs"]),
            ("back-end", vec!["back", "end", "backend"]),
            ("O’Reilly", vec!["o", "reilly", "oreilly"]),
            ("end. Begin", vec!["end", "begin"]),
            ("TCP/IP", vec!["tcp", "ip", "tcpip"]),
            ("学习编程", vec!["学习", "习编", "编程", "程"]),
            ("字", vec!["字"]),
            ("Rust言語", vec!["rust", "言語", "語"]),
            ("ガ", vec!["ガ"]),
            ("हिन्दी", vec!["हिन्दी"]),
            ("NEAR(", vec!["near"]),
        ] {
            assert_eq!(texts(text), cut, "{text:?}");
        }
    }

    #[test]
    fn words_know_where_they_stand() {
        let text = "Émile's «C++» 学习";
        for word in words(text) {
            assert!(text.get(word.range.clone()).is_some(), "{word:?}");
        }
        let places: Vec<&str> = words(text).into_iter().map(|word| &text[word.range]).collect();
        assert_eq!(places, ["Émile", "s", "Émile's", "C++", "学习", "习"]);
    }

    proptest::proptest! {
        #[test]
        fn no_word_is_empty_or_holds_what_divides_words(text in "\\PC{0,60}") {
            for word in words(&text) {
                proptest::prop_assert!(!word.text.is_empty());
                proptest::prop_assert!(!word.text.contains([' ', '|', '/', '\'', '"', '\\']), "{word:?}");
            }
        }
    }

    #[test]
    fn a_word_has_an_end() {
        assert_eq!(texts(&"x".repeat(1_000)), ["x".repeat(64)]);
    }
}

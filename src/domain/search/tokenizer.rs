//! Splits texts into tokens, equally for the index and for queries.
//!
//! A word is a run of letters and digits, [folded](fold()). Compounds ("node.js", "back-end", "O'Reilly") yield all
//! parts, and the whole without connectors, so that "nodejs" and "backend" match. `C++`, `C#` and `.NET` keep their
//! symbols, also before a number: `C++17` is "c++" and "17". Chinese, Japanese, Korean, Thai and some other languages
//! have no spaces between words: their runs are split into bigrams. Each emoji is a word. Invisible characters, such as
//! soft hyphens, do not separate words.

use std::ops::Range;

use icu_properties::CodePointSetData;
use icu_properties::props::{EmojiModifier, ExtendedPictographic, RegionalIndicator};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::arabic::without_articles;
use crate::domain::fold::{self, is_apostrophe};
use crate::domain::invisible::is_invisible;

/// The maximum length of a token in characters; longer ones are truncated.
const MAX_CHARACTERS: usize = 64;

/// A token of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The folded text.
    pub text: String,
    /// The byte range in the text.
    pub range: Range<usize>,
    pub kind: TokenKind,
}

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word.
    Plain,
    /// A part of a compound, adjacent to the others.
    Part,
    /// A whole compound as one word, after its parts.
    Compound,
    /// A name with a leading dot, after the same word without it.
    Dotted,
    /// A name without its trailing symbols, after the same word with them.
    Unsigned,
    /// Two characters of a run without spaces.
    Bigram,
    /// The last character of such a run.
    Unigram,
    /// The only character of such a run.
    LoneCharacter,
    Emoji,
}

impl TokenKind {
    /// Returns whether the token is part of the sequence of words, rather than a variant of one.
    #[must_use]
    pub fn is_in_sequence(self) -> bool {
        matches!(self, Self::Plain | Self::Part | Self::Bigram | Self::LoneCharacter | Self::Emoji)
    }
}

/// The tokens of a compound, which the grammar of queries processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compound {
    pub words: Vec<Token>,
}

/// Returns the tokens of a text in order.
#[must_use]
pub fn tokenize(text: &str) -> Vec<Token> {
    compounds(text).into_iter().flat_map(|compound| compound.words).collect()
}

/// Returns the tokens of a text, grouped by compound.
#[must_use]
pub fn compounds(text: &str) -> Vec<Compound> {
    let letters: Vec<(usize, char)> = text.char_indices().filter(|(_, letter)| !is_invisible(*letter)).collect();
    let mut tokenizer = Tokenizer { text, letters: &letters, at: 0 };
    let mut all = Vec::new();
    while let Some(compound) = tokenizer.next() {
        if !compound.words.is_empty() {
            all.push(compound);
        }
    }
    all
}

struct Tokenizer<'t> {
    text: &'t str,
    letters: &'t [(usize, char)],
    at: usize,
}

impl Tokenizer<'_> {
    fn next(&mut self) -> Option<Compound> {
        while let Some(letter) = self.letter(self.at) {
            if is_unspaced(letter) {
                return Some(self.run());
            }
            if letter.is_alphanumeric() {
                return Some(self.compound());
            }
            if is_emoji(letter) {
                return Some(self.emoji());
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

    /// Reads a run of characters without spaces as bigrams.
    fn run(&mut self) -> Compound {
        let mut characters: Vec<(String, Range<usize>)> = Vec::new();
        while self.letter(self.at).is_some_and(is_unspaced) {
            let from = self.at;
            self.at += 1;
            while self.letter(self.at).is_some_and(|letter| is_combining_mark(letter) || is_half_width_mark(letter)) {
                self.at += 1;
            }
            let range = self.bytes(from, self.at);
            let folded = fold(&self.text[range.clone()]);
            if !folded.is_empty() {
                characters.push((folded, range));
            }
        }
        let mut words: Vec<Token> = (characters.windows(2))
            .map(|pair| Token {
                text: format!("{}{}", pair[0].0, pair[1].0),
                range: pair[0].1.start..pair[1].1.end,
                kind: TokenKind::Bigram,
            })
            .collect();
        if let Some((text, range)) = characters.pop() {
            let kind = if words.is_empty() { TokenKind::LoneCharacter } else { TokenKind::Unigram };
            words.push(Token { text, range, kind });
        }
        Compound { words }
    }

    /// Reads an emoji without its skin tone; a flag consists of two regional indicators.
    fn emoji(&mut self) -> Compound {
        let begin = self.at;
        let is_flag = |at| self.letter(at).is_some_and(|letter| REGIONAL.contains(letter));
        self.at += if is_flag(begin) && is_flag(begin + 1) { 2 } else { 1 };
        let range = self.bytes(begin, self.at);
        let text = self.text[range.clone()].chars().filter(|letter| !is_invisible(*letter)).collect();
        Compound { words: vec![Token { text, range, kind: TokenKind::Emoji }] }
    }

    /// Reads letters and digits with their connectors.
    fn compound(&mut self) -> Compound {
        let begin = self.at;
        let mut words = Vec::new();
        let mut after_dot = self.begins_with_dot();
        loop {
            let from = self.at;
            self.skip_letters();
            let without_signs = self.bytes(from, self.at);
            let signs = self.signs(from);
            let range = self.bytes(from, self.at);
            let text = fold(&self.text[range.clone()]);
            if !text.is_empty() {
                words.push(Token { text: text.clone(), range: range.clone(), kind: TokenKind::Part });
                if after_dot {
                    words.push(Token { text: format!(".{text}"), range: range.clone(), kind: TokenKind::Dotted });
                }
                // "C" and "C++" are different languages, but GTK+ is also called GTK.
                let name = fold(&self.text[without_signs.clone()]);
                if signs && name.chars().nth(1).is_some() {
                    words.push(Token { text: name, range: without_signs, kind: TokenKind::Unsigned });
                }
            }
            after_dot = false;
            if signs {
                if self.letter(self.at).is_some_and(char::is_numeric) {
                    continue;
                }
                break;
            }
            let Some(connector) = self.letter(self.at).filter(|letter| is_connector(*letter)) else { break };
            if !self.letter(self.at + 1).is_some_and(is_word_letter) {
                break;
            }
            after_dot = plain(connector) == '.';
            self.at += 1;
        }
        let mut parts = words.iter_mut().filter(|word| word.kind == TokenKind::Part).peekable();
        let Some(first) = parts.next() else { return Compound { words } };
        if parts.peek().is_none() {
            first.kind = TokenKind::Plain;
            return Compound { words };
        }
        let parts = words.iter().filter(|word| word.kind == TokenKind::Part);
        let joined = shortened(parts.map(|word| word.text.as_str()).collect());
        words.push(Token { text: joined, range: self.bytes(begin, self.at), kind: TokenKind::Compound });
        Compound { words }
    }

    fn skip_letters(&mut self) {
        while self.letter(self.at).is_some_and(|letter| is_word_letter(letter) || is_combining_mark(letter)) {
            self.at += 1;
        }
    }

    /// Returns whether a dot precedes the position and starts a name: it does not follow a word.
    fn begins_with_dot(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.letter(at)).map(plain);
        before(1) == Some('.') && !before(2).is_some_and(|letter| letter == '.' || letter.is_alphanumeric())
    }

    /// Includes the symbols of `C++` and `C#` after the word that starts at `begin`. Returns whether there were any.
    fn signs(&mut self, begin: usize) -> bool {
        let from = self.at;
        if self.letter(self.at).map(plain) == Some('#') {
            self.at += 1;
        } else {
            while self.letter(self.at).map(plain) == Some('+') && self.at < from + 2 {
                self.at += 1;
            }
        }
        let is_name = self.letter(begin).is_some_and(char::is_alphabetic);
        // "1+1" and "x+1" are not names; "C++17", "C#12" and "GTK+3" contain one.
        let has_number =
            is_name && (self.at > from + 1 || from > begin + 1 || self.letter(from).map(plain) == Some('#'));
        let goes_on = self.letter(self.at).is_some_and(|letter| {
            plain(letter) == '+' || (letter.is_alphanumeric() && !(has_number && letter.is_numeric()))
        });
        if goes_on {
            self.at = from;
        }
        self.at > from
    }
}

/// Folds a token, without an Arabic article, and truncates it to 64 characters.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.bytes().all(|letter| letter.is_ascii_alphanumeric()) {
        return shortened(text.to_ascii_lowercase());
    }
    let is_significant =
        |letter: &char| letter.is_alphanumeric() || is_combining_mark(*letter) || matches!(letter, '+' | '#');
    shortened(fold::fold(&without_articles(text)).nfc().filter(is_significant).collect())
}

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_CHARACTERS) {
        text.truncate(end);
    }
    text
}

fn is_word_letter(letter: char) -> bool {
    letter.is_alphanumeric() && !is_unspaced(letter)
}

fn is_connector(letter: char) -> bool {
    // Hebrew abbreviations and the Catalan double l have a mark between letters.
    is_apostrophe(letter)
        || matches!(plain(letter), '-' | '\u{2010}' | '\u{2011}' | '.' | '/' | '&' | '_' | '\u{b7}' | '\u{5f4}')
}

/// Returns whether a character is a mark of half-width kana, which becomes a combining mark when it is folded.
fn is_half_width_mark(letter: char) -> bool {
    matches!(letter, '\u{ff9e}' | '\u{ff9f}')
}

/// Returns the ASCII form of a full-width character, and the number sign for the music sharp sign.
fn plain(letter: char) -> char {
    match letter {
        '\u{266f}' => '#',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        _ => letter,
    }
}

const REGIONAL: icu_properties::CodePointSetDataBorrowed<'static> = CodePointSetData::new::<RegionalIndicator>();

/// Returns whether a character is an emoji or another pictograph, except arrows, trademark signs and CJK symbols.
fn is_emoji(letter: char) -> bool {
    letter >= '\u{231a}'
        && !matches!(letter, '\u{24c2}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}')
        && (CodePointSetData::new::<ExtendedPictographic>().contains(letter) || REGIONAL.contains(letter))
        && !CodePointSetData::new::<EmojiModifier>().contains(letter)
}

/// Returns whether a character belongs to a script without spaces between words: Han, kana, Hangul, Thai, Lao, Burmese,
/// Khmer.
fn is_unspaced(letter: char) -> bool {
    let has_own_digits = matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}');
    let has_none = matches!(letter,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}');
    (has_none && letter.is_alphanumeric()) || (has_own_digits && letter.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        tokenize(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn texts_are_tokenized_and_folded() {
        for (text, cut) in [
            ("", vec![]),
            (" — … ! * % \u{0} ™ → \u{200b}", vec![]),
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
            ("ｶﾞｲﾄﾞ", vec!["ガイ", "イド", "ド"]),
            ("हिन्दी", vec!["हिन्दी"]),
            ("NEAR(", vec!["near"]),
            ("C++17", vec!["c++", "17", "c++17"]),
            ("C++11/14", vec!["c++", "11", "14", "c++1114"]),
            ("C#12 and Ｃ＃, C♯", vec!["c#", "12", "c#12", "and", "c#", "c#"]),
            ("GTK+ 3, gtk+3", vec!["gtk+", "gtk", "3", "gtk+", "gtk", "3", "gtk+3"]),
            ("Notepad++", vec!["notepad++", "notepad"]),
            ("B+tree, x+1, a+b", vec!["b", "tree", "x", "1", "a", "b"]),
            (".NET 8", vec!["net", ".net", "8"]),
            ("Donau\u{ad}dampf", vec!["donaudampf"]),
            ("Word\u{200b}break \u{feff}Guide", vec!["wordbreak", "guide"]),
            ("می\u{200c}خواهم", vec!["ميخواهم"]),
            ("Don’t, l´art", vec!["don", "t", "dont", "l", "art", "lart"]),
            ("комп'ютер комп’ютер", vec!["комп", "ютер", "компютер", "комп", "ютер", "компютер"]),
            ("الكتاب", vec!["كتاب"]),
            ("เรียน ๑๒", vec!["เร\u{e35}", "ร\u{e35}ย", "ยน", "น", "12"]),
            ("❤️ 👍🏽 👩‍💻 🇩🇪🇫🇷", vec!["❤", "👍", "👩", "💻", "🇩🇪", "🇫🇷"]),
            ("用Python写", vec!["用", "python", "写"]),
        ] {
            assert_eq!(texts(text), cut, "{text:?}");
        }
    }

    #[test]
    fn tokens_have_byte_ranges() {
        let text = "Émile's «C++» 学习";
        for word in tokenize(text) {
            assert!(text.get(word.range.clone()).is_some(), "{word:?}");
        }
        let places: Vec<&str> = tokenize(text).into_iter().map(|word| &text[word.range]).collect();
        assert_eq!(places, ["Émile", "s", "Émile's", "C++", "学习", "习"]);
    }

    proptest::proptest! {
        #[test]
        fn tokens_are_not_empty_and_contain_no_separator(text in "\\PC{0,60}") {
            for word in tokenize(&text) {
                proptest::prop_assert!(!word.text.is_empty());
                proptest::prop_assert!(!word.text.contains([' ', '|', '/', '\'', '"', '\\']), "{word:?}");
            }
        }
    }

    #[test]
    fn tokens_are_limited_in_length() {
        assert_eq!(texts(&"x".repeat(1_000)), ["x".repeat(64)]);
    }
}

//! Counts the words of texts.

/// The words counted so far.
#[derive(Default)]
pub struct WordCounter {
    /// Runs without whitespace that contain a letter or a digit.
    words: usize,
    /// Characters of scripts without spaces between words.
    ideographs: usize,
}

impl WordCounter {
    /// Counts the words of a text, which end with the text.
    pub fn add(&mut self, text: &str) {
        let mut in_word = false;
        for letter in text.chars() {
            if is_ideograph(letter) {
                self.ideographs += 1;
                in_word = false;
            } else if letter.is_whitespace() {
                in_word = false;
            } else if letter.is_alphanumeric() && !in_word {
                self.words += 1;
                in_word = true;
            }
        }
    }

    /// Returns the number of words. Two ideographs or kana count as one.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words + self.ideographs.div_ceil(2)
    }
}

/// Returns whether a character is Chinese, Japanese kana or Bopomofo. Korean has spaces between words.
fn is_ideograph(letter: char) -> bool {
    let in_range = matches!(letter,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{312f}' | '\u{31a0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}'
        | '\u{20000}'..='\u{3ffff}');
    in_range && letter.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted() {
        for (text, words) in [
            ("", 0),
            (" — … !", 0),
            ("one", 1),
            ("one two\nthree\u{a0}four", 4),
            ("back-end, e.g. in C++ or don't", 6),
            ("1,000 & 2", 2),
            ("学习", 1),
            ("学习编程。", 2),
            ("プログラミング", 4),
            ("Rust言語", 2),
            ("한국어 단어", 2),
        ] {
            let mut counter = WordCounter::default();
            counter.add(text);
            assert_eq!(counter.words(), words, "{text:?}");
        }
    }

    #[test]
    fn texts_are_added_up() {
        let mut counter = WordCounter::default();
        for text in ["字", "字", "字", "a", "b"] {
            counter.add(text);
        }
        assert_eq!(counter.words(), 4);
    }
}

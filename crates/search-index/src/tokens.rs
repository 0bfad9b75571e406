//! Words as tantivy receives them: already tokenized, and joined to one text.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The name of the tokenizer that splits the text again.
pub const TOKENIZER: &str = "words";

/// Ends a word. No word contains it, because PostgreSQL stores no null characters.
const END: char = '\0';

/// Joins words. Each has a frequency of at most 127.
pub fn join<'w>(words: impl IntoIterator<Item = (&'w str, u32)>) -> String {
    let mut text = String::new();
    for (word, frequency) in words {
        text.push(char::from_u32(frequency).unwrap_or(END));
        text.push_str(word);
        text.push(END);
    }
    text
}

/// Splits a joined text.
#[derive(Clone)]
pub struct WordTokenizer;

/// The words of a joined text, each repeated by its frequency.
pub struct WordStream<'t> {
    rest: &'t str,
    /// How often the current word is still to be repeated.
    repeats: u32,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'t> = WordStream<'t>;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> WordStream<'t> {
        // Before the first word the position overflows to 0.
        WordStream { rest: text, repeats: 0, token: Token { position: usize::MAX, ..Token::default() } }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        while self.repeats == 0 {
            let mut letters = self.rest.chars();
            let Some(frequency) = letters.next() else { return false };
            let Some((word, rest)) = letters.as_str().split_once(END) else { return false };
            self.rest = rest;
            self.repeats = u32::from(frequency);
            self.token.text.clear();
            self.token.text.push_str(word);
            self.token.position = self.token.position.wrapping_add(1);
        }
        self.repeats -= 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

//! What somebody typed into a search box: words, "phrases", `-words` to leave out, and a last word that may not be whole yet.
//!
//! Nothing is a mistake here. A quote without its end reaches to the end, a sign that stands alone is no word, and what has
//! no words finds nothing.

use super::document::as_prefix;
use super::expression::Expression;
use super::stem::stem;
use super::words::{Form, Written, written};
use crate::domain::isbn::Isbn;

/// Characters that a query may have.
pub const LONGEST: usize = 500;
/// Words that a query may have, as a reader counts them: a run of Chinese or Thai is one.
pub const MOST_WORDS: usize = 32;
/// Words that all choices of most words may have together: beyond that an index takes too long to read the question.
const MOST_WORDS_IN_CHOICES: usize = MOST_WORDS * MOST_WORDS * MOST_WORDS;

/// What was typed, read.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Query {
    /// What must be there.
    pub clauses: Vec<Clause>,
    /// What must not be there.
    pub excluded: Vec<Clause>,
    /// All words in a row, unless some are excluded: an item with this title comes first.
    pub title: Option<Title>,
    /// Whether there is nothing in it but blanks, which asks for everything.
    pub is_blank: bool,
}

/// The words of a title in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    pub texts: String,
    pub stems: String,
}

/// A word, something joined, or a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The words that it is made of, in a row.
    pub words: Vec<QueryWord>,
    /// The same as one word, where they were written together: "nodejs" for "node.js".
    pub joined: Option<String>,
    /// Whether the words must follow each other.
    pub is_phrase: bool,
}

/// One word that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    pub text: String,
    pub stem: String,
    /// Whether it may be the beginning of a longer one.
    pub is_prefix: bool,
    /// What it may have been meant to be, nearest first.
    pub corrections: Vec<String>,
}

/// Why a query is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("must have at most {LONGEST} characters, not {0}")]
    TooLong(usize),
    #[error("must have at most {MOST_WORDS} words, not {0}")]
    TooManyWords(usize),
}

impl Query {
    /// Reads what was typed.
    ///
    /// # Errors
    /// When it is too long.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let length = text.chars().count();
        if length > LONGEST {
            return Err(QueryError::TooLong(length));
        }
        if let Ok(isbn) = Isbn::parse(text.trim()) {
            return Ok(Self::outright(isbn.as_str13()));
        }
        let mut query = Self { is_blank: text.trim().is_empty(), ..Self::default() };
        let mut words = 0;
        for piece in pieces(text) {
            let written = written(piece.text);
            words += written.len();
            let clauses = piece.clauses(&written);
            if piece.is_excluded { query.excluded.extend(clauses) } else { query.clauses.extend(clauses) }
        }
        if words > MOST_WORDS {
            return Err(QueryError::TooManyWords(words));
        }
        query.title = query.title();
        Ok(query)
    }

    /// The query for something by what alone names it.
    fn outright(name: &str) -> Self {
        let clause = Clause { words: vec![QueryWord::new(name)], joined: None, is_phrase: false };
        let title = Title { texts: name.to_owned(), stems: name.to_owned() };
        Self { clauses: vec![clause], title: Some(title), ..Self::default() }
    }

    fn title(&self) -> Option<Title> {
        if self.clauses.is_empty() || !self.excluded.is_empty() {
            return None;
        }
        let row = |form: fn(&QueryWord) -> &str| {
            self.clauses.iter().flat_map(|clause| &clause.words).map(form).collect::<Vec<_>>().join(" ")
        };
        Some(Title { texts: row(|word| &word.text), stems: row(|word| &word.stem) })
    }

    /// What an index is asked for what has all the words; none where there are none.
    #[must_use]
    pub fn all_words(&self) -> Option<Expression> {
        all(self.clauses.iter().map(Clause::expression).collect())
    }

    /// What an index is asked for what has most of the words: all but one, or all but two of six and more. None where that
    /// is no question of its own.
    #[must_use]
    pub fn most_words(&self) -> Option<Expression> {
        let clauses: Vec<Expression> = self.clauses.iter().map(Clause::expression).collect();
        let spared = match clauses.len() {
            0 | 1 => return None,
            2..=5 => 1,
            _ => 2_u32,
        };
        let without = |left_out: &[usize]| {
            let kept = clauses.iter().enumerate().filter(|(index, _)| !left_out.contains(index));
            all(kept.map(|(_, clause)| clause.clone()).collect())
        };
        let count = clauses.len();
        let words: usize = self.clauses.iter().map(|clause| clause.words.len()).sum();
        if count.pow(spared) * words > MOST_WORDS_IN_CHOICES {
            return None;
        }
        let choices: Vec<Expression> = if spared == 1 {
            (0..count).filter_map(|one| without(&[one])).collect()
        } else {
            (0..count)
                .flat_map(|one| (one + 1..count).map(move |two| [one, two]))
                .filter_map(|two| without(&two))
                .collect()
        };
        Some(Expression::Any(choices))
    }

    /// What an index is asked for what is to be left out, as far as it can tell: phrases it cannot.
    #[must_use]
    pub fn left_out(&self) -> Option<Expression> {
        let words = self.excluded.iter().filter(|clause| !clause.is_phrase).map(Clause::expression).collect::<Vec<_>>();
        if words.is_empty() { None } else { Some(Expression::Any(words)) }
    }

    /// The words that were typed, to be looked up where they lead to nothing.
    pub fn words_mut(&mut self) -> impl Iterator<Item = &mut QueryWord> {
        self.clauses.iter_mut().filter(|clause| !clause.is_phrase).flat_map(|clause| &mut clause.words)
    }
}

fn all(mut parts: Vec<Expression>) -> Option<Expression> {
    if parts.len() == 1 {
        parts.pop()
    } else {
        Some(Expression::All(parts)).filter(|all| *all != Expression::All(vec![]))
    }
}

impl Clause {
    fn of(written: &Written) -> Self {
        let mut words: Vec<QueryWord> = Vec::new();
        let mut joined = None;
        for word in &written.words {
            match word.form {
                Form::Plain | Form::Part | Form::Pair | Form::Emoji => words.push(QueryWord::new(&word.text)),
                // ".net" asks for the name with its dot; "asp.net" for its parts.
                Form::Dotted if written.words.first().is_some_and(|first| first.form == Form::Plain) => {
                    words = vec![QueryWord::new(&word.text)];
                }
                Form::Joined => joined = Some(word.text.clone()),
                Form::Lone => words.push(QueryWord { is_prefix: true, ..QueryWord::new(&word.text) }),
                Form::Dotted | Form::Unsigned | Form::Single => {}
            }
        }
        Self { words, joined, is_phrase: false }
    }

    fn expression(&self) -> Expression {
        let words = all(self.words.iter().map(QueryWord::expression).collect());
        let joined = self.joined.iter().map(|joined| Expression::Word(joined.clone()));
        let mut choices: Vec<Expression> = words.into_iter().chain(joined).collect();
        if choices.len() == 1 { choices.remove(0) } else { Expression::Any(choices) }
    }
}

impl QueryWord {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), stem: stem(text).into_owned(), is_prefix: false, corrections: Vec::new() }
    }

    /// Every form in which the whole word may be there, what it was corrected to aside.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        let stem = (self.stem != self.text).then_some(self.stem.as_str());
        stem.into_iter().chain([self.text.as_str()])
    }

    fn expression(&self) -> Expression {
        let forms = self.forms().chain(self.corrections.iter().map(String::as_str));
        let mut choices: Vec<Expression> = forms.map(|form| Expression::Word(form.to_owned())).collect();
        if self.is_prefix {
            choices.push(Expression::Prefix(as_prefix(&self.text)));
        }
        if choices.len() == 1 { choices.remove(0) } else { Expression::Any(choices) }
    }
}

/// A stretch of what was typed.
struct Piece<'t> {
    text: &'t str,
    is_quoted: bool,
    is_excluded: bool,
    /// Whether nothing follows, not even a blank: the last word may not be whole yet.
    is_open: bool,
}

impl Piece<'_> {
    fn clauses(&self, written: &[Written]) -> Vec<Clause> {
        let mut clauses: Vec<Clause> = written.iter().map(Clause::of).collect();
        clauses.retain(|clause| !clause.words.is_empty());
        if self.is_quoted && !clauses.is_empty() {
            let words = clauses.into_iter().flat_map(|clause| clause.words);
            let words = words.map(|word| QueryWord { is_prefix: false, ..word });
            return vec![Clause { words: words.collect(), joined: None, is_phrase: true }];
        }
        let several = clauses.len() > 1;
        if self.is_open
            && !self.is_excluded
            && let Some(last) = clauses.last_mut()
            && let Some(word) = last.words.last_mut()
        {
            // One letter alone is a name, such as R: as a prefix it would be of a tenth of all words. One digit is a number.
            let is_one = word.text.chars().nth(1).is_none();
            word.is_prefix |= !is_one || (several && !word.text.starts_with(char::is_numeric));
        }
        clauses
    }
}

/// Cuts what was typed at its quotes, and at words to be left out.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let begin = rest.trim_start();
        let (is_excluded, body) = match begin.strip_prefix(['-', '\u{2212}']) {
            Some(body) if body.starts_with(|letter: char| is_quote(letter) || letter.is_alphanumeric()) => (true, body),
            _ => (false, begin),
        };
        if let Some(quoted) = body.strip_prefix(is_quote) {
            let end = quoted.find(is_quote).unwrap_or(quoted.len());
            pieces.push(Piece { text: &quoted[..end], is_quoted: true, is_excluded, is_open: false });
            rest = quoted[end..].strip_prefix(is_quote).unwrap_or_default();
            continue;
        }
        let end = if is_excluded {
            body.find(|letter: char| letter.is_whitespace() || is_quote(letter)).unwrap_or(body.len())
        } else {
            end_of_plain(body)
        };
        pieces.push(Piece {
            text: &body[..end],
            is_quoted: false,
            is_excluded,
            is_open: end == body.len() && !body.ends_with(char::is_whitespace),
        });
        rest = &body[end..];
    }
    pieces
}

/// Where plain words end: at a quote, or at a word to be left out.
fn end_of_plain(text: &str) -> usize {
    let mut after_blank = false;
    for (at, letter) in text.char_indices() {
        if is_quote(letter) || (after_blank && at > 0 && matches!(letter, '-' | '\u{2212}')) {
            return at.max(1);
        }
        after_blank = letter.is_whitespace();
    }
    text.len()
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(text: &str) -> String {
        let query = Query::parse(text).expect("short enough");
        query.all_words().map(|question| question.to_fts5()).unwrap_or_default()
    }

    #[test]
    fn words_are_asked_for_in_all_their_forms() {
        for (text, question) in [
            ("rust ", r#""rust""#),
            ("testing books ", r#"(("test" OR "testing") AND ("book" OR "books"))"#),
            ("testing", r#"("test" OR "testing" OR "+testing" *)"#),
            ("data scien", r#"("data" AND ("scien" OR "+scien" *))"#),
            ("r", r#""r""#),
            ("learn r", r#"("learn" AND ("r" OR "+r" *))"#),
            ("java 9", r#"("java" AND "9")"#),
            ("c++17 ", r#"(("c++" AND "17") OR "c++17")"#),
            ("c++ ", r#""c++""#),
            (".net ", r#"".net""#),
            ("node.js ", r#"(("node" AND "js") OR "nodejs")"#),
            ("学习编程 ", r#"("学习" AND "习编" AND "编程")"#),
            ("字", r#"("字" OR "+字" *)"#),
            ("978-0-13-468599-1", r#""9780134685991""#),
            ("0-13-468599-7", r#""9780134685991""#),
            ("\"clean code\"", r#"("clean" AND "code")"#),
            ("", ""),
            ("\" * ( %", ""),
        ] {
            assert_eq!(asked(text), question, "{text:?}");
        }
    }

    #[test]
    fn words_and_phrases_are_left_out() {
        let query = Query::parse("java -script -\"clean code\" back-end - ").expect("short enough");
        let left_out: Vec<Vec<&str>> = (query.excluded.iter())
            .map(|clause| clause.words.iter().map(|word| word.text.as_str()).collect())
            .collect();
        assert_eq!(left_out, [vec!["script"], vec!["clean", "code"]]);
        assert_eq!(query.left_out().map(|words| words.to_fts5()).as_deref(), Some(r#"("script")"#));
        assert_eq!(query.clauses.len(), 2);
        assert_eq!(query.title, None);
    }

    #[test]
    fn most_words_are_all_but_one() {
        let query = Query::parse("one two three ").expect("short enough");
        let question = query.most_words().map(|question| question.to_fts5());
        assert_eq!(question.as_deref(), Some(r#"(("two" AND "three") OR ("one" AND "three") OR ("one" AND "two"))"#));
        assert_eq!(Query::parse("one").expect("short enough").most_words(), None);
    }

    #[test]
    fn what_is_too_long_is_refused() {
        assert_eq!(Query::parse(&"x".repeat(501)), Err(QueryError::TooLong(501)));
        assert_eq!(Query::parse(&"x ".repeat(40)), Err(QueryError::TooManyWords(40)));
        assert_eq!(Query::parse(&"x-y ".repeat(33)), Err(QueryError::TooManyWords(33)));
        for text in ["学".repeat(500), "学习编程 ".repeat(32), "node.js ".repeat(32), "ก".repeat(500)] {
            let query = Query::parse(&text).expect("short enough");
            let most = query.most_words().map(|question| question.to_fts5().len());
            assert!(most.is_none_or(|length| length < 500_000), "{most:?}");
        }
    }

    proptest! {
        #[test]
        fn everything_can_be_read(text in "\\PC{0,80}") {
            if let Ok(query) = Query::parse(&text) {
                let question = query.all_words().map(|question| question.to_tsquery()).unwrap_or_default();
                prop_assert!(!question.contains(['\\', '\0']));
            }
        }
    }
}

//! What an index of words is asked, in the language of either engine.
//!
//! Words reach the text of a question only between quotes, so that nothing that somebody typed is ever read as an operator.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A question for an index of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// This word is there.
    Word(String),
    /// A word that begins so is there.
    Prefix(String),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    /// The first without the second.
    Without(Box<Expression>, Box<Expression>),
}

/// How an engine writes it.
struct Dialect {
    quote: char,
    prefix: &'static str,
    and: &'static str,
    or: &'static str,
    without: &'static str,
}

const FTS5: Dialect = Dialect { quote: '"', prefix: " *", and: " AND ", or: " OR ", without: " NOT " };
const TSQUERY: Dialect = Dialect { quote: '\'', prefix: ":*", and: " & ", or: " | ", without: " & !" };

impl Expression {
    /// As SQLite's FTS5 reads it behind `MATCH`.
    #[must_use]
    pub fn to_fts5(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, &FTS5);
        text
    }

    /// As PostgreSQL reads it as a `tsquery`.
    #[must_use]
    pub fn to_tsquery(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, &TSQUERY);
        text
    }

    /// The beginnings of words that it asks for, each as [`Expression::to_fts5`] writes it beside the text that it is of.
    #[must_use]
    pub fn prefixes(&self) -> BTreeMap<String, &str> {
        match self {
            Self::Word(_) => BTreeMap::new(),
            Self::Prefix(word) => BTreeMap::from([(self.to_fts5(), word.as_str())]),
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::prefixes).collect(),
            Self::Without(kept, left_out) => [kept, left_out].into_iter().flat_map(|part| part.prefixes()).collect(),
        }
    }

    fn write(&self, text: &mut String, dialect: &Dialect) {
        match self {
            Self::Word(word) => quoted(text, dialect.quote, word),
            Self::Prefix(word) => {
                quoted(text, dialect.quote, word);
                text.push_str(dialect.prefix);
            }
            Self::All(parts) => join(text, dialect, parts, dialect.and),
            Self::Any(parts) => join(text, dialect, parts, dialect.or),
            Self::Without(kept, left_out) => {
                text.push('(');
                kept.write(text, dialect);
                text.push_str(dialect.without);
                left_out.write(text, dialect);
                text.push(')');
            }
        }
    }
}

/// Words hold neither quotes nor backslashes: see [`super::words`].
fn quoted(text: &mut String, quote: char, word: &str) {
    // Writing to a string never fails.
    let _ = write!(text, "{quote}{word}{quote}");
}

fn join(text: &mut String, dialect: &Dialect, parts: &[Expression], between: &str) {
    text.push('(');
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.push_str(between);
        }
        part.write(text, dialect);
    }
    text.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Expression {
        Expression::Word(text.to_owned())
    }

    #[test]
    fn each_engine_has_its_own_words_for_the_same_question() {
        let question = Expression::Without(
            Box::new(Expression::All(vec![
                Expression::Any(vec![word("test"), word("testing")]),
                Expression::Prefix("c+".into()),
            ])),
            Box::new(Expression::Any(vec![word("java"), word("near")])),
        );
        assert_eq!(question.to_fts5(), r#"((("test" OR "testing") AND "c+" *) NOT ("java" OR "near"))"#);
        assert_eq!(question.prefixes(), BTreeMap::from([(r#""c+" *"#.to_owned(), "c+")]));
        assert_eq!(question.to_tsquery(), "((('test' | 'testing') & 'c+':*) & !('java' | 'near'))");
    }
}

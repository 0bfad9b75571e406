//! Parses search queries: words, "phrases", excluded `-words`, and a last word that can be a prefix.
//!
//! Every text is a valid query. A quote without an end extends to the end of the text, symbols alone are ignored, and a
//! query without words matches nothing.

use search_index::{Clause as IndexClause, IndexQuery, Title as IndexTitle, Word as IndexWord};

use super::document::literal_form;
use super::stem::stem;
use super::tokenizer::{Compound, TokenKind, compounds};
use crate::domain::invisible;
use crate::domain::isbn::Isbn;

/// The maximum length of a query in characters.
pub const MAX_CHARACTERS: usize = 500;
/// The maximum number of words of a query. A run of Chinese or Thai counts as one.
pub const MAX_WORDS: usize = 32;

/// A parsed query.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Query {
    /// The clauses that must match.
    pub clauses: Vec<Clause>,
    /// The clauses that must not match.
    pub excluded: Vec<Clause>,
    /// All words as a title, unless some are excluded. An item with this title ranks first.
    pub title: Option<Title>,
    /// Whether the query has only whitespace, which matches everything.
    pub is_blank: bool,
}

/// The sequence of words of a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    pub texts: String,
    pub stems: String,
}

/// A word, a compound, or a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The words in order.
    pub words: Vec<QueryWord>,
    /// The compound as one word: "nodejs" for "node.js".
    pub joined: Option<String>,
    /// Whether the words must be adjacent.
    pub is_phrase: bool,
}

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    pub text: String,
    pub stem: String,
    /// Whether it can be the prefix of a longer word.
    pub is_prefix: bool,
    /// Possible corrections, most similar first.
    pub corrections: Vec<String>,
    /// The best correction, unstemmed.
    pub corrected: Option<String>,
}

/// An invalid query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("must have at most {MAX_CHARACTERS} characters, not {0}")]
    TooLong(usize),
    #[error("must have at most {MAX_WORDS} words, not {0}")]
    TooManyWords(usize),
}

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    /// Returns an error if the query is too long.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let length = text.chars().count();
        if length > MAX_CHARACTERS {
            return Err(QueryError::TooLong(length));
        }
        if let Ok(isbn) = Isbn::parse(text.trim()) {
            return Ok(Self::exact_name(isbn.as_str13()));
        }
        let mut query = Self { is_blank: invisible::is_blank(text), ..Self::default() };
        let mut words = 0;
        for segment in segments(text) {
            let compounds = compounds(segment.text);
            words += compounds.len();
            let clauses = segment.clauses(&compounds);
            if segment.is_excluded { query.excluded.extend(clauses) } else { query.clauses.extend(clauses) }
        }
        if words > MAX_WORDS {
            return Err(QueryError::TooManyWords(words));
        }
        query.title = query.title();
        Ok(query)
    }

    /// Returns the query for an exact identifier.
    fn exact_name(name: &str) -> Self {
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

    /// Returns how many words can be missing in a partial match: one, or two of six and more.
    #[must_use]
    pub fn max_missing(&self) -> usize {
        match self.clauses.len() {
            0 | 1 => 0,
            2..=5 => 1,
            _ => 2,
        }
    }

    /// Converts the query for the index, with `max_missing` optional words. `None` if there are no words.
    #[must_use]
    pub fn index_query(&self, max_missing: usize) -> Option<IndexQuery> {
        let has_words = !self.clauses.is_empty() || !self.excluded.is_empty();
        (has_words || self.is_blank).then(|| IndexQuery {
            clauses: self.clauses.iter().map(Clause::to_index).collect(),
            max_missing,
            excluded: self.excluded.iter().map(Clause::to_index).collect(),
            title: self.title.as_ref().map(|title| self.index_title(title)),
        })
    }

    fn index_title(&self, title: &Title) -> IndexTitle {
        let mut names = vec![title.stems.clone(), title.texts.clone()];
        names.dedup();
        let row = |name: &String| name.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let last = self.clauses.last().and_then(|clause| clause.words.last());
        IndexTitle {
            literal: literal_form(&title.texts),
            phrases: if self.clauses.len() > 1 { names.iter().map(row).collect() } else { Vec::new() },
            names,
            is_last_prefix: last.is_some_and(|word| word.is_prefix),
        }
    }

    /// Returns the text of the query with its best corrections. Letters are lowercase.
    #[must_use]
    pub fn corrected_text(&self) -> String {
        let included = self.clauses.iter().map(Clause::corrected_text);
        let excluded = self.excluded.iter().map(|clause| format!("-{}", clause.corrected_text()));
        included.chain(excluded).collect::<Vec<_>>().join(" ")
    }

    /// Returns the words that can be corrected.
    pub fn words_mut(&mut self) -> impl Iterator<Item = &mut QueryWord> {
        self.clauses.iter_mut().filter(|clause| !clause.is_phrase).flat_map(|clause| &mut clause.words)
    }
}

impl Clause {
    fn of(compound: &Compound) -> Self {
        let mut words: Vec<QueryWord> = Vec::new();
        let mut joined = None;
        for word in &compound.words {
            match word.kind {
                TokenKind::Plain | TokenKind::Part | TokenKind::Bigram | TokenKind::Emoji => {
                    words.push(QueryWord::new(&word.text));
                }
                // ".net" matches the name with its dot; "asp.net" matches its parts.
                TokenKind::Dotted if compound.words.first().is_some_and(|first| first.kind == TokenKind::Plain) => {
                    words = vec![QueryWord::new(&word.text)];
                }
                TokenKind::Compound => joined = Some(word.text.clone()),
                TokenKind::LoneCharacter => words.push(QueryWord { is_prefix: true, ..QueryWord::new(&word.text) }),
                TokenKind::Dotted | TokenKind::Unsigned | TokenKind::Unigram => {}
            }
        }
        Self { words, joined, is_phrase: false }
    }

    fn corrected_text(&self) -> String {
        let words = self.words.iter().map(|word| word.corrected.as_ref().unwrap_or(&word.text).as_str());
        let text = words.collect::<Vec<_>>().join(" ");
        if self.is_phrase { format!("\"{text}\"") } else { text }
    }

    fn to_index(&self) -> IndexClause {
        let row = |form: fn(&QueryWord) -> &str| self.words.iter().map(form).map(str::to_owned).collect::<Vec<_>>();
        let mut phrases = Vec::new();
        if self.is_phrase {
            phrases.extend([row(|word| &word.stem), row(|word| &word.text)]);
            phrases.dedup();
        }
        IndexClause {
            words: self.words.iter().map(QueryWord::to_index).collect(),
            joined: self.joined.clone(),
            phrases,
        }
    }
}

impl QueryWord {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            stem: stem(text).into_owned(),
            is_prefix: false,
            corrections: Vec::new(),
            corrected: None,
        }
    }

    /// Returns all forms of the whole word, except corrections.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        let stem = (self.stem != self.text).then_some(self.stem.as_str());
        stem.into_iter().chain([self.text.as_str()])
    }

    fn to_index(&self) -> IndexWord {
        IndexWord {
            forms: self.forms().map(str::to_owned).collect(),
            prefix: self.is_prefix.then(|| self.text.clone()),
            corrections: self.corrections.clone(),
        }
    }
}

/// A segment of the query.
struct Segment<'t> {
    text: &'t str,
    is_quoted: bool,
    is_excluded: bool,
    /// Whether nothing follows, not even whitespace, so that the last word can be a prefix.
    is_last_prefix: bool,
}

impl Segment<'_> {
    fn clauses(&self, compounds: &[Compound]) -> Vec<Clause> {
        let mut clauses: Vec<Clause> = compounds.iter().map(Clause::of).collect();
        clauses.retain(|clause| !clause.words.is_empty());
        if self.is_quoted && !clauses.is_empty() {
            let words = clauses.into_iter().flat_map(|clause| clause.words);
            let words = words.map(|word| QueryWord { is_prefix: false, ..word });
            return vec![Clause { words: words.collect(), joined: None, is_phrase: true }];
        }
        let several = clauses.len() > 1;
        if self.is_last_prefix
            && !self.is_excluded
            && let Some(last) = clauses.last_mut()
            && let Some(word) = last.words.last_mut()
        {
            // A single letter is a name, such as R; as a prefix, it would match a tenth of all words. A single digit is
            // a number.
            let is_one = word.text.chars().nth(1).is_none();
            word.is_prefix |= !is_one || (several && !word.text.starts_with(char::is_numeric));
        }
        clauses
    }
}

/// Splits a query at quotes and excluded words.
fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let begin = rest.trim_start();
        let (is_excluded, body) = match begin.strip_prefix(['-', '\u{2212}']) {
            Some(body) if body.starts_with(|letter: char| is_quote(letter) || letter.is_alphanumeric()) => (true, body),
            _ => (false, begin),
        };
        if let Some(quoted) = body.strip_prefix(is_quote) {
            let end = quoted.find(is_quote).unwrap_or(quoted.len());
            segments.push(Segment { text: &quoted[..end], is_quoted: true, is_excluded, is_last_prefix: false });
            rest = quoted[end..].strip_prefix(is_quote).unwrap_or_default();
            continue;
        }
        let end = if is_excluded {
            body.find(|letter: char| letter.is_whitespace() || is_quote(letter)).unwrap_or(body.len())
        } else {
            end_of_plain(body)
        };
        segments.push(Segment {
            text: &body[..end],
            is_quoted: false,
            is_excluded,
            is_last_prefix: end == body.len() && !body.ends_with(char::is_whitespace),
        });
        rest = &body[end..];
    }
    segments
}

/// Returns the end of plain words: at a quote or an excluded word.
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

    /// Formats the question for the index: forms separated by bars, prefixes with a star, clauses separated by commas.
    fn asked(text: &str) -> String {
        let query = Query::parse(text).expect("short enough");
        let word = |word: &IndexWord| {
            let beginning = word.prefix.iter().map(|beginning| format!("{beginning}*"));
            word.forms.iter().cloned().chain(beginning).collect::<Vec<_>>().join("|")
        };
        let clause = |clause: &IndexClause| {
            let words = clause.words.iter().map(word).collect::<Vec<_>>().join(" ");
            clause.joined.as_ref().map_or(words.clone(), |joined| format!("({words} or {joined})"))
        };
        let clauses = query.index_query(0).unwrap_or_default().clauses;
        clauses.iter().map(clause).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn words_are_queried_in_all_forms() {
        for (text, question) in [
            ("rust ", "rust"),
            ("testing books ", "test|testing, book|books"),
            ("testing", "test|testing|testing*"),
            ("data scien", "data, scien|scien*"),
            ("r", "r"),
            ("learn r", "learn, r|r*"),
            ("java 9", "java, 9"),
            ("c++17 ", "(c++ 17 or c++17)"),
            ("c++ ", "c++"),
            (".net ", ".net"),
            ("node.js ", "(node js or nodejs)"),
            ("学习编程 ", "学习 习编 编程"),
            ("字", "字|字*"),
            ("978-0-13-468599-1", "9780134685991"),
            ("0-13-468599-7", "9780134685991"),
            ("\"clean code\"", "clean code"),
            ("", ""),
            ("\" * ( %", ""),
        ] {
            assert_eq!(asked(text), question, "{text:?}");
        }
    }

    #[test]
    fn words_and_phrases_are_excluded() {
        let query = Query::parse("java -script -\"clean code\" back-end - ").expect("short enough");
        let left_out: Vec<Vec<&str>> = (query.excluded.iter())
            .map(|clause| clause.words.iter().map(|word| word.text.as_str()).collect())
            .collect();
        assert_eq!(left_out, [vec!["script"], vec!["clean", "code"]]);
        assert_eq!(query.clauses.len(), 2);
        assert_eq!(query.title, None);
    }

    #[test]
    fn symbols_match_nothing_and_whitespace_matches_everything() {
        assert_eq!(Query::parse("\" * ( %").expect("short enough").index_query(0), None);
        assert_eq!(Query::parse(" ").expect("short enough").index_query(0), Some(IndexQuery::default()));
    }

    #[test]
    fn max_missing_words_depends_on_the_count() {
        let max_missing = |text: &str| Query::parse(text).expect("short enough").max_missing();
        assert_eq!(
            [max_missing("one"), max_missing("one two"), max_missing("1 2 3 4 5"), max_missing("1 2 3 4 5 6")],
            [0, 1, 1, 2]
        );
    }

    #[test]
    fn long_queries_are_rejected() {
        assert_eq!(Query::parse(&"x".repeat(501)), Err(QueryError::TooLong(501)));
        assert_eq!(Query::parse(&"x ".repeat(40)), Err(QueryError::TooManyWords(40)));
        assert_eq!(Query::parse(&"x-y ".repeat(33)), Err(QueryError::TooManyWords(33)));
        for text in ["学".repeat(500), "学习编程 ".repeat(32), "node.js ".repeat(32), "ก".repeat(500)] {
            assert!(Query::parse(&text).is_ok());
        }
    }

    proptest! {
        #[test]
        fn arbitrary_queries_are_parsed(text in "\\PC{0,80}") {
            if let Ok(query) = Query::parse(&text) {
                let words = query.index_query(0).unwrap_or_default().clauses.into_iter().flat_map(|clause| clause.words);
                for form in words.flat_map(|word| word.forms) {
                    prop_assert!(!form.is_empty() && !form.contains(char::is_whitespace), "{form:?}");
                }
            }
        }
    }
}

//! What an index is asked.

/// A search, in the words of the index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// What must be there. Where there is nothing, everything matches.
    pub clauses: Vec<Clause>,
    /// How many of the clauses may be missing.
    pub max_missing: usize,
    /// What must not be there.
    pub excluded: Vec<Clause>,
    /// The words of all clauses as a title.
    pub title: Option<Title>,
}

/// A word, words that were written as one, or words in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clause {
    pub words: Vec<Word>,
    /// The same words as one, which may be there instead.
    pub joined: Option<String>,
    /// The words in the forms in which they must follow each other, if they must: one of them has to be there.
    pub rows: Vec<Vec<String>>,
}

/// A word, in each form that counts as the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    pub forms: Vec<String>,
    /// What a word may begin with instead, which counts for less.
    pub beginning: Option<String>,
    /// What it may have been meant to be, which counts for less.
    pub corrections: Vec<String>,
}

/// A title that comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// The name as it was written.
    pub literal: String,
    /// The name in other forms.
    pub names: Vec<String>,
    /// The words as they follow each other, in each form.
    pub rows: Vec<Vec<String>>,
    /// Whether the last word of a row may be the beginning of a longer one.
    pub last_is_prefix: bool,
}

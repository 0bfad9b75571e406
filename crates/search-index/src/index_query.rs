//! Queries of an index.

/// A query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexQuery {
    /// Clauses that a document must match. An empty list matches every document.
    pub clauses: Vec<Clause>,
    /// How many of the clauses need not match.
    pub max_missing: usize,
    /// Clauses that a document must not match.
    pub excluded: Vec<Clause>,
    /// The words of all clauses as a title.
    pub title: Option<Title>,
}

/// A word, words that were written as one, or a phrase.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clause {
    pub words: Vec<Word>,
    /// The words joined to one, as an alternative.
    pub joined: Option<String>,
    /// The phrases of which at least one must match; empty if the clause is not a phrase.
    pub phrases: Vec<Vec<String>>,
}

/// A word, in each form that counts as the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    pub forms: Vec<String>,
    /// A prefix that also matches, with a lower score.
    pub prefix: Option<String>,
    /// Corrected spellings, which match with a lower score.
    pub corrections: Vec<String>,
}

/// A title that comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// The name as it was written.
    pub literal: String,
    /// The name in other forms.
    pub names: Vec<String>,
    /// The words as phrases, one for each form.
    pub phrases: Vec<Vec<String>>,
    /// Whether the last word of a phrase may be a prefix.
    pub is_last_prefix: bool,
}

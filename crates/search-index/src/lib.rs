//! An index of words: [`Document`]s in, the [`Hit`]s that match a [`Question`] out, best first.
//!
//! It knows no language. Its caller cuts texts into words and decides which forms of a word count as the same; the index finds
//! documents by these words, by beginnings of words, by words in a row and by whole names, and scores them. An [`Index`] is written
//! in batches, each with a payload that says which state of the catalog it shows, and read through a [`Snapshot`], which stays as it
//! is while the next batch is written.
//!
//! tantivy stores the postings and the columns. Its own queries are not used: they have neither this score nor a stable order.

mod best;
mod clause;
mod columns;
mod completions;
mod document;
mod error;
mod hit;
mod index;
mod phrase;
mod postings;
mod question;
mod schema;
mod scope;
mod score;
mod segment_search;
mod snapshot;
mod spellings;

pub use completions::Completion;
pub use document::{Document, FieldSet};
pub use error::Error;
pub use hit::Hit;
pub use index::{Change, Index};
pub use question::{Clause, Question, Title, Word};
pub use scope::Scope;
pub use snapshot::{Matches, Snapshot};
pub use spellings::Spelling;

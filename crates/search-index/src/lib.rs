//! A full-text index on tantivy. It stores [`Document`]s, and returns the [`Hit`]s of an [`IndexQuery`], best first.
//!
//! The index is independent of languages: the caller splits texts into words and decides which forms are equivalent. The index finds
//! documents by words, prefixes, phrases and whole names, and scores them. An [`Index`] is written in commits, each with a payload that
//! identifies the state of the catalog, and read through a [`Snapshot`], which later commits do not change.
//!
//! tantivy stores the postings and the columns. Its own queries are not used: they have neither this score nor a stable order.

mod clause;
mod codes;
mod columns;
mod completions;
mod condition;
mod directory;
mod document;
mod error;
mod facet;
mod hit;
mod index;
mod index_query;
mod layout;
mod order;
mod phrase;
mod popularity;
mod postings;
mod prepared;
mod queue;
mod schema;
mod scope;
mod score;
mod segment;
mod segment_search;
mod snapshot;
mod spellings;
mod tokens;
mod top_n;
mod tree;
mod value;

pub use completions::Completion;
pub use condition::{Condition, NumberSet, NumberTest, TextTest};
pub use document::{Document, FieldSet};
pub use error::Error;
pub use facet::{Counts, FacetBy, FacetRequest};
pub use hit::Hit;
pub use index::{DocumentChange, Index};
pub use index_query::{Clause, IndexQuery, Title, Word};
pub use layout::{Layout, TreeLayout};
pub use order::{HitOrder, OrderBy, OrderKey};
pub use prepared::{Matches, PageRequest, PreparedQuery};
pub use schema::{ID, NEVER, VISIBLE_FROM};
pub use scope::{KindFilter, SearchScope};
pub use snapshot::Snapshot;
pub use spellings::Spelling;
pub use value::Value;

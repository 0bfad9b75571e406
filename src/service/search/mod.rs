//! The search index: derived from the catalog, and updated after each commit.
//!
//! The document of an item contains its own words, and the public words of its neighbors: names of people and organizations, visible
//! topics, notes on visible lists. A write records the [`AffectedDocuments`] in its transaction, and the [`Indexer`] reindexes them. The
//! database is the source of truth: a lost or damaged index is rebuilt.

mod affected;
mod document;
mod indexer;
mod position;
mod storage;

use std::collections::{BTreeMap, BTreeSet};

use entity::kind::NodeKind;

pub use affected::{AffectedDocuments, record_all};
pub use indexer::{IndexError, IndexStats, Indexer};
pub use position::Position;
pub use storage::{IndexStorage, StorageError, Stored};

/// The document id that stands for all documents.
const ALL_DOCUMENTS: i64 = 0;

/// The ids of things by their kind.
type Ids = BTreeMap<NodeKind, BTreeSet<i64>>;

//! What search looks in: an index of words, derived from the catalog, that follows it.
//!
//! An item's document has its own words, and those that everybody sees of who and what it is tied to: the names of people and
//! organizations, visible topics, notes on visible lists. Whoever writes stores which documents that [touches](Touched), in the same
//! transaction; the [`Indexer`] makes them again. The database is the truth: an index that is lost or damaged is built again.

mod build;
mod indexer;
mod position;
mod storage;
mod touched;

use std::collections::{BTreeMap, BTreeSet};

use entity::kind::NodeKind;

pub use indexer::{Behind, Indexer, Report};
pub use position::Position;
pub use storage::{IndexStorage, StorageError, Stored};
pub use touched::Touched;

/// The document id that stands for all documents.
const EVERYTHING: i64 = 0;

/// The ids of things by their kind.
type Ids = BTreeMap<NodeKind, BTreeSet<i64>>;

//! Finding: what an index of words answers, on either engine.
//!
//! Each item, person and organization has a document: its words by field, made by `service::search` whenever something that
//! shows in it is written. An index says which documents have a word (FTS5 on SQLite, a `tsvector` on PostgreSQL); how well
//! they match is computed from the fields, in the same way on both, so that the two give the same answer.

mod corrections;
mod facets;
mod find;
mod hits;
mod resolve;
mod sources;
mod suggest;

use entity::kind::{NodeKind, TAG_BITS, TAG_MASK};

use crate::db::Sql;

pub use facets::{Facet, FacetOf, FacetValue, Within};
pub use find::{CountFound, Find, Found, Hit, PageFound};
pub use hits::{Match, Search};
pub use resolve::{Asked, Resolved, Resolving};
pub use sources::{Sources, TextsOf, read_sources, write_sources};
pub use suggest::{Completed, CompletionsOf};

/// The id of the document of the row `id` of a kind: an item has the tag of its kind in its id already.
#[must_use]
pub const fn document_id(kind: NodeKind, id: i64) -> i64 {
    if kind.is_catalog_item() { id } else { (id << TAG_BITS) | kind.tag() }
}

/// Returns the expression for the row of a kind whose document has its id in `column`.
///
/// The sum keeps SQLite from searching the index of words for each row that a filter selects: with a bare column, a join
/// on the id is a condition on the index.
#[must_use]
pub fn row_of_document(kind: NodeKind, column: &str) -> String {
    if kind.is_catalog_item() { format!("({column} + 0)") } else { format!("({column} >> {TAG_BITS})") }
}

/// Adds the condition that a document, whose id is in `column`, is of one of `kinds`.
fn write_kinds(sql: &mut Sql, column: &str, kinds: &[NodeKind]) {
    if kinds.is_empty() {
        sql.push("FALSE");
        return;
    }
    let tags: Vec<String> = kinds.iter().map(|kind| kind.tag().to_string()).collect();
    sql.push(&format!("({column} & {TAG_MASK}) IN ({})", tags.join(", ")));
}

/// The kind and the row that a document is of.
#[must_use]
pub fn thing_of(document: i64) -> Option<(NodeKind, i64)> {
    let kind = NodeKind::ROUTABLE.into_iter().find(|kind| kind.tag() == document & TAG_MASK)?;
    Some((kind, if kind.is_catalog_item() { document } else { document >> TAG_BITS }))
}

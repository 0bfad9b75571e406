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

use entity::kind::NodeKind;

use crate::db::Sql;

pub use facets::{Facet, FacetOf, FacetValue, Within};
pub use find::{CountFound, Find, Found, Hit, PageFound};
pub use hits::{Match, Search};
pub use resolve::{Asked, Resolved, Resolving};
pub use sources::{Sources, TextsOf, read_sources, write_sources};
pub use suggest::{Completed, CompletionsOf};

/// Bits of a document's id that say of which kind its thing is.
const KIND_BITS: u32 = 3;

/// The number of a kind in the ids of documents.
const fn number(kind: NodeKind) -> i64 {
    match kind {
        NodeKind::Career => 1,
        NodeKind::Course => 2,
        NodeKind::Book => 3,
        NodeKind::Topic => 4,
        NodeKind::Person => 5,
        NodeKind::Organization => 6,
        // Neither has a document; their words are in those of what they recommend.
        NodeKind::ReadingList | NodeKind::ReadingListEntry => 0,
    }
}

/// The id of the document of a thing in row `id` of its table.
#[must_use]
pub const fn document_id(kind: NodeKind, id: i64) -> i64 {
    (id << KIND_BITS) | number(kind)
}

/// Adds the condition that a document, whose id is in `column`, is of one of `kinds`.
fn write_kinds(sql: &mut Sql, column: &str, kinds: &[NodeKind]) {
    if kinds.is_empty() {
        sql.push("FALSE");
        return;
    }
    let numbers: Vec<String> = kinds.iter().map(|kind| number(*kind).to_string()).collect();
    sql.push(&format!("({column} & {}) IN ({})", (1 << KIND_BITS) - 1, numbers.join(", ")));
}

/// The thing that a document is of.
#[must_use]
pub fn thing_of(document: i64) -> Option<(NodeKind, i64)> {
    let kind = NodeKind::ROUTABLE.into_iter().find(|kind| number(*kind) == document & ((1 << KIND_BITS) - 1))?;
    Some((kind, document >> KIND_BITS))
}

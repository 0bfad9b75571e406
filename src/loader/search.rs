//! Search: the index finds items, and the database loads them.
//!
//! Each item, person and organization has a document in the index, which `service::search` keeps up to date. The index finds, filters,
//! sorts and counts documents. The database evaluates filters for which the index has no column, and loads the rows of a page.

mod conditions;
mod corrections;
mod cross_kind;
mod document_sources;
mod facets;
mod hits;
mod layout;
mod plan;
mod suggest;

use entity::kind::{NodeKind, TAG_BITS, TAG_MASK};

pub use cross_kind::{CountOfSearch, CrossKindSearch, PageOfSearch, SearchHit};
pub use document_sources::{DocumentSources, SourcesOf, read_sources, write_sources};
pub use facets::{Facet, FacetScope, FacetValue, FacetValuesOf};
pub(super) use hits::cursor;
pub use hits::{Match, Search};
pub use layout::LAYOUT;
pub use plan::{SearchPlanKey, SearchRequest};
pub use suggest::{CompletionsOf, Prefix, TitleCompletion};

/// Defines a loader key that compares by identity: fields of one connection use one result, equal connections do not.
macro_rules! identity_key {
    ($(#[$meta:meta])* $name:ident($of:ty)) => {
        $(#[$meta])*
        #[derive(Clone)]
        pub struct $name(pub std::sync::Arc<$of>);

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                std::sync::Arc::ptr_eq(&self.0, &other.0)
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                std::sync::Arc::as_ptr(&self.0).hash(state);
            }
        }
    };
}
use identity_key;

/// Returns the number of a kind in the index.
#[must_use]
pub const fn kind_tag(kind: NodeKind) -> u8 {
    // A tag is the low byte of an id.
    kind.tag().to_le_bytes()[0]
}

/// Returns the document id of a row. The id of an item already contains the tag of its kind.
#[must_use]
pub const fn document_id(kind: NodeKind, id: i64) -> i64 {
    if kind.is_catalog_item() { id } else { (id << TAG_BITS) | kind.tag() }
}

/// Returns the SQL expression for the row id of a document id in `column`.
#[must_use]
pub fn row_of_document(kind: NodeKind, column: &str) -> String {
    if kind.is_catalog_item() { column.to_owned() } else { format!("({column} >> {TAG_BITS})") }
}

/// Returns the kind and the row id of a document.
#[must_use]
pub fn object_of_document(document: i64) -> Option<(NodeKind, i64)> {
    let kind = NodeKind::ROUTABLE.into_iter().find(|kind| kind.tag() == document & TAG_MASK)?;
    Some((kind, if kind.is_catalog_item() { document } else { document >> TAG_BITS }))
}

//! Search, through the front door and on both engines: what people type, whose words are found when, pages, facets and
//! suggestions. How good the answers are is measured in `tests/api/relevance`.

mod facets;
mod fixture;
mod folding;
mod large_import;
mod names;
mod pages;
mod queries;
mod reindexing;
mod suggestions;
mod upgrade;
mod visibility;

//! Search, through the router and on both engines: queries, visibility, indexing, pages, facets and suggestions.
//! `tests/api/relevance` measures the relevance of the results.

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

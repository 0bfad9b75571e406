//! Import and export through their public API, each case on its own empty catalog, on SQLite and on PostgreSQL.

mod accepted;
mod batches;
mod cycles;
mod edge_cases;
mod feed;
mod former_keys;
mod harness;
mod instructors;
mod limits;
mod random_catalogs;
mod rejected;
mod round_trip;
mod skip_invalid;
mod spreadsheets;
mod vocabulary;

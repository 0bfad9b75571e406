//! Import and export through their public API, each case on an empty catalog of its own, on SQLite and on PostgreSQL.

mod any_catalog;
mod bounds;
mod circles;
mod feed;
mod former;
mod hardship;
mod harness;
mod refused;
mod round_trip;
mod skip_invalid;
mod spreadsheets;
mod taken;
mod vocabulary;

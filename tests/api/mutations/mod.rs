//! The mutations of items, people, organizations and reading lists through the real router, on SQLite and on PostgreSQL.

mod bounds;
mod catalog_import;
mod concurrency;
mod crowd;
mod delete;
mod entries;
mod import_keys;
mod lists;
mod lost;
mod merge;
mod publish;
mod readiness;
mod refused;
mod restore;
mod restore_merged;
mod revisions;
mod shelf;
mod steps;
mod undo;
mod written;

//! The mutations of items, people and organizations through the real router, on SQLite and on PostgreSQL.

mod catalog_import;
#[path = "../common/mod.rs"]
mod common;
mod concurrency;
mod delete;
mod desk;
mod import_keys;
mod publish;
mod refused;
mod written;

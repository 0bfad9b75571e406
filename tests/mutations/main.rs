//! The mutations of items, people and organizations through the real router, on SQLite and on PostgreSQL.

#[path = "../common/mod.rs"]
mod common;
mod concurrency;
mod delete;
mod desk;
mod merge;
mod publish;
mod refused;
mod written;

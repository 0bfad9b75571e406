//! The GraphQL API through the real router, on SQLite and on PostgreSQL.

#[path = "../common/mod.rs"]
mod common;
mod queries;

//! Maintenance by operators: check and purge, on SQLite and on PostgreSQL.

mod check;
mod purge;

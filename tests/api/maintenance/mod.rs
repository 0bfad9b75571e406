//! What operators keep a catalog in order with: the check and the purge, on SQLite and on PostgreSQL.

mod check;
mod purge;

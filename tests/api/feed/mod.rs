//! The feed of changes, through the real router, on SQLite and on PostgreSQL.

mod cursors;
mod due;
mod order;
mod reading;
mod told;

//! The change feed, through the real router, on SQLite and on PostgreSQL.

mod cursors;
mod notifications;
mod order;
mod reading;
mod scheduled_publications;

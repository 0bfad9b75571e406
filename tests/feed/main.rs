//! The feed of changes, through the real router, on SQLite and on PostgreSQL.

#[path = "../common/mod.rs"]
mod common;
mod cursors;
#[path = "../mutations/desk.rs"]
mod desk;
mod due;
mod order;
mod reading;
mod told;
mod upgrade;

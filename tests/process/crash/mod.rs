//! A server that is killed while it writes, or whose disk is full: acknowledged writes are stored, and no partial ones.

mod full_disk;
mod kill;
pub mod server;
mod writes;

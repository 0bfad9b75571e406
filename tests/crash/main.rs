//! A server that is killed while it writes, or whose disk is full: acknowledged writes are stored, and no partial ones.

#[path = "../common/command.rs"]
mod command;
#[path = "../common/mod.rs"]
mod common;
mod full_disk;
mod kill;
mod server;
#[path = "../common/serving.rs"]
mod serving;
mod writes;

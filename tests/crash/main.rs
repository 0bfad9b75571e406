//! A server that is killed in the midst of writing, or whose disk is full: what it acknowledged is there, and no half of
//! anything else.

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

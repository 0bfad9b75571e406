//! Tests of the program as a separate process, under faults, attacks and load, on SQLite and on PostgreSQL.
//!
//! `cargo test --test process fault::` runs the tests of one area.

#[path = "../common/command.rs"]
mod command;
#[expect(dead_code, unused_imports, reason = "the tests in this process use the rest")]
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/serving.rs"]
mod serving;

#[cfg(target_os = "linux")]
mod abuse;
mod cli;
#[path = "../cluster/mod.rs"]
mod cluster;
mod coherence;
mod crash;
mod docs;
mod edge;
mod editing;
mod event_stream;
mod fault;
#[cfg(target_os = "linux")]
mod import_memory;
mod pooler;
mod search;
mod site;
mod wait;

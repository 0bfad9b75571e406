//! The SQL statements of the application: their number, their batches, and the schema.

mod batching;
mod connecting;
mod encrypted;
mod pool;
mod scaled_catalog;
mod schema;
mod statements;
mod transaction;

use std::io::{Write, stderr};

/// Sorts last, so that its output is among the last lines of a run.
#[test]
fn zz_postgresql_was_tested_or_the_run_says_so() {
    if let Some(missing) = crate::common::postgres_is_missing() {
        // Bypasses the test harness, which captures the output of passing tests.
        writeln!(stderr(), "\n{missing}\n").expect("there is a standard error");
    }
}

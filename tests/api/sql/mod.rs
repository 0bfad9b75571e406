//! What the application asks of the database: how many statements, in which batches, and on which schema.

mod batching;
mod connecting;
mod encrypted;
mod pool;
mod scaled_catalog;
mod schema;
mod statements;
mod transaction;

use std::io::{Write, stderr};

/// Sorts last, so that what it says is among the last lines of a run.
#[test]
fn zz_postgresql_was_tested_or_the_run_says_so() {
    if let Some(missing) = crate::common::postgres_is_missing() {
        // Past the test harness, which keeps back what a test that passes prints.
        writeln!(stderr(), "\n{missing}\n").expect("there is a standard error");
    }
}

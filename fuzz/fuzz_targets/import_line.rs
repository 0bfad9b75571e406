//! Fuzzes import files with dry runs: lines are accepted or rejected with a message, and the database never fails.

#![no_main]

use libfuzzer_sys::fuzz_target;
use syllabus::service::import_export::ImportOptions;
use syllabus_fuzz::{database, import, run};

fuzz_target!(|bytes: &[u8]| {
    for skip_invalid in [false, true] {
        // The report can be formatted.
        let _ = match run(import(database(), bytes, ImportOptions { dry_run: true, skip_invalid })) {
            Ok(report) => report.to_string(),
            Err(error) => error.to_string(),
        };
    }
});

//! Lines of an import file: taken or refused with a reason, and never the database's fault. Nothing is kept.

#![no_main]

use libfuzzer_sys::fuzz_target;
use syllabus::service::import_export::ImportOptions;
use syllabus_fuzz::{database, import, run};

fuzz_target!(|bytes: &[u8]| {
    for skip_invalid in [false, true] {
        // It can be told, whatever is in it.
        let _ = match run(import(database(), bytes, ImportOptions { dry_run: true, skip_invalid })) {
            Ok(report) => report.to_string(),
            Err(error) => error.to_string(),
        };
    }
});

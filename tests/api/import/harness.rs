//! An empty catalog, and helpers that import into it.

use entity::timestamp::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use syllabus::db::Database;
use syllabus::service::import_export::{ImportOptions, ImportReport, export, import};
use syllabus::service::write::Context;

use crate::common::{self, Store};

/// 2026-01-02T03:04:05Z.
pub const NOW: Timestamp = Timestamp(1_767_323_045_000_000);

pub const ALL_OR_NOTHING: ImportOptions = ImportOptions { dry_run: false, skip_invalid: false };
pub const SKIP_INVALID: ImportOptions = ImportOptions { dry_run: false, skip_invalid: true };
pub const DRY_RUN: ImportOptions = ImportOptions { dry_run: true, skip_invalid: false };

/// Runs a case on an empty catalog of each engine.
pub fn on_each_engine(case: &impl AsyncFn(&Database)) {
    common::on_each_engine(async |store: &Store| case(&store.database).await);
}

/// Returns the context of an import whose codes are generated from `seed`.
pub fn context(seed: u64) -> Context {
    Context { now: NOW, actor: "test".to_owned(), rng: Box::new(StdRng::seed_from_u64(seed)) }
}

/// Imports `file` with codes generated from `seed`.
pub async fn import_with(database: &Database, file: &str, options: ImportOptions, seed: u64) -> ImportReport {
    import(database, file.as_bytes(), options, &mut context(seed), |_| {})
        .await
        .expect("an import that comes to its end")
}

/// Imports `file`, which must be accepted completely.
pub async fn accept(database: &Database, file: &str) -> ImportReport {
    let report = import_with(database, file, ALL_OR_NOTHING, 1).await;
    assert!(!report.is_rejected(), "{report}");
    report
}

/// Imports `file`, which must be rejected, and returns the messages.
pub async fn reject(database: &Database, file: &str) -> Vec<String> {
    let report = import_with(database, file, ALL_OR_NOTHING, 1).await;
    assert!(report.is_rejected(), "{report}");
    report.violations.iter().map(ToString::to_string).collect()
}

/// Returns the lines about planned changes of a dry run.
pub fn planned(mut report: ImportReport) -> Vec<String> {
    std::iter::from_fn(|| report.next_planned().expect("a temporary file")).collect()
}

pub async fn exported(database: &Database) -> String {
    let mut out = Vec::new();
    export(database, &mut out).await.expect("an export");
    String::from_utf8(out).expect("UTF-8")
}

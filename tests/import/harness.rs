//! An empty catalog, and imports in one call.

use std::sync::atomic::{AtomicU32, Ordering};

use entity::timestamp::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::ConnectionTrait;
use syllabus::db::{Database, DatabaseUrl};
use syllabus::service::transfer::{ImportOptions, ImportReport, export, import};
use syllabus::service::write::Context;

/// 2026-01-02T03:04:05Z.
pub const NOW: Timestamp = Timestamp(1_767_323_045_000_000);

pub const ALL_OR_NOTHING: ImportOptions = ImportOptions { dry_run: false, skip_failed: false };
pub const SKIP_FAILED: ImportOptions = ImportOptions { dry_run: false, skip_failed: true };
pub const DRY_RUN: ImportOptions = ImportOptions { dry_run: true, skip_failed: false };

/// Runs a case on an empty catalog of each engine: SQLite always, PostgreSQL where `TEST_DATABASE_URL` names a server.
pub fn on_each_engine(case: &impl AsyncFn(&Database)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let folder = tempfile::tempdir().expect("a temporary folder");
        case(&open(&format!("sqlite:{}", folder.path().join("catalog.db").display())).await).await;
        if let Ok(server) = std::env::var("TEST_DATABASE_URL") {
            on_postgres(&server, case).await;
        }
    });
}

/// Each case has a PostgreSQL database of its own, made and dropped.
async fn on_postgres(server: &str, case: &impl AsyncFn(&Database)) {
    static CASES: AtomicU32 = AtomicU32::new(0);
    let name = format!("import_{}_{}", std::process::id(), CASES.fetch_add(1, Ordering::Relaxed));
    let (address, _) = server.rsplit_once('/').expect("a database URL with a path");
    let maintenance = Database::connect(&server.parse().expect("a database URL")).await.expect("a server");
    let create = format!("CREATE DATABASE {name}");
    maintenance.writer().execute_unprepared(&create).await.expect("a database");
    let database = open(&format!("{address}/{name}")).await;
    case(&database).await;
    database.writer().clone().close().await.expect("closed connections");
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    maintenance.writer().execute_unprepared(&drop).await.expect("no database");
}

async fn open(url: &str) -> Database {
    let url: DatabaseUrl = url.parse().expect("a database URL");
    Database::open(&url, true).await.expect("an empty catalog")
}

/// Imports `file` with codes drawn from `seed`.
pub async fn import_with(database: &Database, file: &str, options: ImportOptions, seed: u64) -> ImportReport {
    let mut context = Context { now: NOW, actor: "test".to_owned(), rng: Box::new(StdRng::seed_from_u64(seed)) };
    import(database, file.as_bytes(), options, &mut context, |_| {}).await.expect("an import that comes to its end")
}

/// Imports `file`, which must be taken whole.
pub async fn take(database: &Database, file: &str) -> ImportReport {
    let report = import_with(database, file, ALL_OR_NOTHING, 1).await;
    assert!(!report.is_refused(), "{report}");
    report
}

/// Imports `file`, which must be refused, and returns the lines that say why.
pub async fn refuse(database: &Database, file: &str) -> Vec<String> {
    let report = import_with(database, file, ALL_OR_NOTHING, 1).await;
    assert!(report.is_refused(), "{report}");
    report.faults.iter().map(ToString::to_string).collect()
}

pub async fn exported(database: &Database) -> String {
    let mut out = Vec::new();
    export(database, &mut out).await.expect("an export");
    String::from_utf8(out).expect("UTF-8")
}

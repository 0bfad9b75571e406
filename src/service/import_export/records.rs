//! Imports records through the API, on a separate thread so that other requests are not blocked.

use std::panic::resume_unwind;
use std::time::Instant;

use sea_orm::DbErr;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::file::File;
use super::idempotency_key::{IdempotencyKey, PriorRequest};
use super::import::execute;
use super::options::ImportOptions;
use super::report::ImportReport;
use crate::auth::{Editor, Identity};
use crate::db::Database;
use crate::domain::limits;
use crate::request_context;
use crate::service::write::{self, Context, Violation, ViolationCode};

/// An import requested by an editor.
#[derive(Debug)]
pub struct ImportRequest {
    pub records: Vec<Value>,
    pub options: ImportOptions,
    /// The idempotency key of the caller.
    pub idempotency_key: Option<String>,
}

/// The result of an import.
#[derive(Debug)]
pub struct Imported {
    pub report: ImportReport,
    /// Whether the result is that of an earlier call with the same key.
    pub was_replayed: bool,
}

/// Imports records in one transaction. Violations of records are in the report; violations of the rest of the request
/// are returned as errors.
///
/// The result of a call with a key is stored for a day. A rejected import stores nothing, so that it can be corrected
/// and repeated with the same key. Dry runs ignore the key.
///
/// # Errors
/// Returns the error of the database. Nothing is written, unless the outcome of the commit is unknown.
pub async fn import_records(
    database: &Database,
    right: &Editor,
    request: ImportRequest,
    mut context: Context,
) -> Result<Result<Imported, Vec<Violation>>, DbErr> {
    right.name().clone_into(&mut context.actor);
    let violations = check(&request);
    if !violations.is_empty() {
        return Ok(Err(violations));
    }
    // Processing ten thousand records takes a while, and must not block other requests.
    let (database, runtime, owner) = (database.clone(), Handle::current(), right.identity().clone());
    // Statements are attributed to the request of the caller.
    let caller = request_context::current();
    let import = spawn_blocking(move || {
        runtime.block_on(request_context::with_context(caller, run(&database, request, &owner, &mut context)))
    });
    import.await.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_) => Err(DbErr::Custom("the server is shutting down".to_owned())),
    })
}

fn check(request: &ImportRequest) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut violation = |field: &str, code, reason: String| violations.push(Violation::new(field, code, None, reason));
    let count = request.records.len();
    if count > limits::IMPORT {
        let reason =
            format!("has {count} elements: at most {} are allowed, split them into several calls", limits::IMPORT);
        violation("records", ViolationCode::TooMany, reason);
    }
    if let Some(key) = &request.idempotency_key {
        if key.is_empty() {
            violation("idempotencyKey", ViolationCode::Required, "is empty: pass a unique key or omit it".to_owned());
        } else if key.chars().count() > limits::IDEMPOTENCY_KEY {
            let reason = format!("is longer than {} characters", limits::IDEMPOTENCY_KEY);
            violation("idempotencyKey", ViolationCode::TooLong, reason);
        } else if key.contains('\0') {
            let reason = "contains the character NUL, which cannot be stored".to_owned();
            violation("idempotencyKey", ViolationCode::Invalid, reason);
        }
    }
    violations
}

async fn run(
    database: &Database,
    request: ImportRequest,
    owner: &Identity,
    context: &mut Context,
) -> Result<Result<Imported, Vec<Violation>>, DbErr> {
    let start = Instant::now();
    let ImportRequest { records, options, idempotency_key } = request;
    let key = idempotency_key
        .filter(|_| !options.dry_run)
        .map(|text| IdempotencyKey::new(text, owner, &records, options))
        .transpose()?;
    let file = File::of_values(records)?;
    let engine = database.engine();
    let transaction = write::begin_long(database).await?;
    if let Some(key) = &key {
        match key.find_prior_request(&transaction, engine, context).await? {
            PriorRequest::None => {}
            PriorRequest::Completed(report) => {
                transaction.rollback().await?;
                return Ok(Ok(Imported { report: *report, was_replayed: true }));
            }
            PriorRequest::Different => {
                transaction.rollback().await?;
                let reason = "was used for a different import within the last 24 hours: use a new key";
                return Ok(Err(vec![Violation::new(
                    "idempotencyKey",
                    ViolationCode::Invalid,
                    Some(&key.text),
                    reason,
                )]));
            }
        }
    }
    let mut report = execute(&transaction, engine, file, options, context, |_| {}).await?;
    report.violations.truncate(limits::IMPORT_VIOLATIONS);
    report.seconds = start.elapsed().as_secs_f64();
    if options.dry_run || report.is_rejected() {
        transaction.rollback().await?;
    } else {
        if let Some(key) = &key {
            key.store(&transaction, engine, &report, context).await?;
        }
        database.commit(transaction).await?;
    }
    Ok(Ok(Imported { report, was_replayed: false }))
}

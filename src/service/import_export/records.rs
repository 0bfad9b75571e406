//! Records that come as values, through the API: the walk of an import, on a thread where it is in nobody's way.

use std::panic::resume_unwind;
use std::time::Instant;

use sea_orm::DbErr;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::idempotency_key::{IdempotencyKey, PriorRequest};
use super::import::execute;
use super::options::ImportOptions;
use super::parse;
use super::report::ImportReport;
use crate::auth::{Editor, Identity};
use crate::db::Database;
use crate::domain::limits;
use crate::request;
use crate::service::write::{self, Context, Violation, ViolationCode};

/// An import as an editor asks for it.
#[derive(Debug)]
pub struct ImportRequest {
    pub records: Vec<Value>,
    pub options: ImportOptions,
    /// What the caller calls this import, so that it is done once, however often it is asked for.
    pub idempotency_key: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub struct Imported {
    pub report: ImportReport,
    /// Whether this is what an earlier call came to.
    pub was_replayed: bool,
}

/// Imports records in one transaction. What is wrong with them is in the report; what is wrong with the rest of the
/// request is refused before.
///
/// The answer to a call with a key is kept for a day. A refused import leaves nothing behind and may be mended and asked for
/// again under the same key; a dry run has no use for one.
///
/// # Errors
/// When the database fails; nothing has then been written.
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
    // Ten thousand records keep a processor busy for a while, which is not to hold up other requests.
    let (database, runtime, owner) = (database.clone(), Handle::current(), right.identity().clone());
    // The statements are the caller's, whichever thread sends them.
    let caller = request::current();
    let import = spawn_blocking(move || {
        runtime.block_on(request::on_behalf(caller, run(&database, request, &owner, &mut context)))
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
    let file = parse::values(records);
    let engine = database.engine();
    let transaction = write::begin(database).await?;
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

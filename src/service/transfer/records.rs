//! Records that come as values, through the API: the walk of an import, on a thread where it is in nobody's way.

use std::panic::resume_unwind;
use std::time::Instant;

use sea_orm::DbErr;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::import::carry_out;
use super::key::{Key, Known};
use super::options::ImportOptions;
use super::parse;
use super::report::ImportReport;
use crate::auth::{Editor, Identity};
use crate::db::Database;
use crate::domain::limits;
use crate::request;
use crate::service::write::{self, Context, Fault, FaultCode};

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
    pub is_repeat: bool,
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
) -> Result<Result<Imported, Vec<Fault>>, DbErr> {
    right.name().clone_into(&mut context.actor);
    let faults = check(&request);
    if !faults.is_empty() {
        return Ok(Err(faults));
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
        Err(_) => Err(DbErr::Custom("the server stops".to_owned())),
    })
}

fn check(request: &ImportRequest) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, code, reason: String| faults.push(Fault::new(field, code, None, reason));
    let count = request.records.len();
    if count > limits::IMPORT {
        let reason = format!("has {count} elements, {} are allowed: send them in several calls", limits::IMPORT);
        fault("records", FaultCode::TooMany, reason);
    }
    if let Some(key) = &request.idempotency_key {
        if key.is_empty() {
            fault("idempotencyKey", FaultCode::Required, "is empty: make up a key, or leave it out".to_owned());
        } else if key.chars().count() > limits::IDEMPOTENCY_KEY {
            let reason = format!("is longer than {} characters", limits::IDEMPOTENCY_KEY);
            fault("idempotencyKey", FaultCode::TooLong, reason);
        } else if key.contains('\0') {
            let reason = "contains the character NUL, which cannot be stored".to_owned();
            fault("idempotencyKey", FaultCode::Invalid, reason);
        }
    }
    faults
}

async fn run(
    database: &Database,
    request: ImportRequest,
    owner: &Identity,
    context: &mut Context,
) -> Result<Result<Imported, Vec<Fault>>, DbErr> {
    let start = Instant::now();
    let ImportRequest { records, options, idempotency_key } = request;
    let key = idempotency_key
        .filter(|_| !options.dry_run)
        .map(|text| Key::new(text, owner, &records, options))
        .transpose()?;
    let file = parse::values(records);
    let engine = database.engine();
    let transaction = write::begin(database).await?;
    if let Some(key) = &key {
        match key.look_up(&transaction, engine, context).await? {
            Known::New => {}
            Known::Answered(report) => {
                transaction.rollback().await?;
                return Ok(Ok(Imported { report: *report, is_repeat: true }));
            }
            Known::OtherRequest => {
                transaction.rollback().await?;
                let reason = "was used for another import within the last 24 hours: make up a new one";
                return Ok(Err(vec![Fault::new("idempotencyKey", FaultCode::Invalid, Some(&key.text), reason)]));
            }
        }
    }
    let mut report = carry_out(&transaction, engine, file, options, context, |_| {}).await?;
    report.faults.truncate(limits::IMPORT_FAULTS);
    report.seconds = start.elapsed().as_secs_f64();
    if options.dry_run || report.is_refused() {
        transaction.rollback().await?;
    } else {
        if let Some(key) = &key {
            key.keep(&transaction, engine, &report, context).await?;
        }
        database.commit(transaction).await?;
    }
    Ok(Ok(Imported { report, is_repeat: false }))
}

//! Idempotency keys: a caller that does not know whether an import succeeded repeats it, and it is executed once.
//!
//! A key belongs to its caller. The result is stored with the key for a day, in the transaction of the import. Writers
//! are serialized, so the second of two concurrent equal calls finds the result of the first.

use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::options::ImportOptions;
use super::report::ImportReport;
use crate::auth::Identity;
use crate::db::{Engine, Sql, rows};
use crate::service::write::Context;

/// How long results are stored, in microseconds: 24 hours.
const RETENTION_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// A key, with its owner and its request.
pub struct IdempotencyKey {
    pub text: String,
    /// The SHA-256 hash of the owner's identity, in hexadecimal, so that the index has a fixed length.
    owner: String,
    /// The SHA-256 hash of the request, in hexadecimal.
    request: String,
}

/// The earlier use of a key.
pub enum PriorRequest {
    None,
    /// An equal request with this result.
    Completed(Box<ImportReport>),
    /// A different request.
    Different,
}

impl IdempotencyKey {
    /// Creates a key. The order of the fields in a record does not matter.
    pub fn new(text: String, owner: &Identity, records: &[Value], options: ImportOptions) -> Result<Self, DbErr> {
        let mut hash = Sha256::new();
        hash.update([u8::from(options.skip_invalid)]);
        for record in records {
            let mut sorted = record.clone();
            sorted.sort_all_objects();
            hash.update(serde_json::to_vec(&sorted).map_err(unreadable)?);
            hash.update(b"\n");
        }
        Ok(Self { text, owner: hexadecimal(Sha256::digest(owner.as_str())), request: hexadecimal(hash.finalize()) })
    }

    /// Looks up the key, and deletes expired keys.
    pub async fn find_prior_request(
        &self,
        transaction: &impl ConnectionTrait,
        engine: Engine,
        context: &Context,
    ) -> Result<PriorRequest, DbErr> {
        let mut sql = Sql::new(engine, "DELETE FROM import_key WHERE created_at <= ");
        sql.bind(context.now.0.saturating_sub(RETENTION_MICROS));
        transaction.execute_raw(sql.into()).await?;
        let mut sql = Sql::new(engine, "SELECT request, result FROM import_key WHERE actor = ");
        sql.bind(self.owner.as_str()).push(" AND idempotency_key = ").bind(self.text.as_str());
        let found = rows(transaction, sql).await?;
        let Some(row) = found.first() else { return Ok(PriorRequest::None) };
        let mut columns = row.columns();
        let (request, result): (String, String) = (columns.read_next()?, columns.read_next()?);
        if request != self.request {
            return Ok(PriorRequest::Different);
        }
        Ok(PriorRequest::Completed(serde_json::from_str(&result).map_err(unreadable)?))
    }

    /// Stores the result of the import.
    pub async fn store(
        &self,
        transaction: &impl ConnectionTrait,
        engine: Engine,
        report: &ImportReport,
        context: &Context,
    ) -> Result<(), DbErr> {
        let Timestamp(now) = context.now;
        let result = serde_json::to_string(report).map_err(unreadable)?;
        let mut sql =
            Sql::new(engine, "INSERT INTO import_key (actor, idempotency_key, request, result, created_at) VALUES (");
        sql.bind(self.owner.as_str()).push(", ").bind(self.text.as_str()).push(", ").bind(self.request.as_str());
        sql.push(", ").bind(result.as_str()).push(", ").bind(now).push(")");
        transaction.execute_raw(sql.into()).await?;
        Ok(())
    }
}

fn hexadecimal(hash: impl AsRef<[u8]>) -> String {
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands on")]
fn unreadable(error: serde_json::Error) -> DbErr {
    DbErr::Json(error.to_string())
}

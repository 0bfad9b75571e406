//! One change, one transaction.

use sea_orm::DbErr;

use super::{Outcome, Refusal};
use crate::db::{Database, Engine, Transaction};
use crate::service::write::{self, Change, Context, Fault};

/// An open transaction, with who writes and when.
pub struct Session {
    pub transaction: Transaction,
    pub engine: Engine,
    pub context: Context,
    database: Database,
}

impl Session {
    pub async fn open(database: &Database, context: Context) -> Result<Self, DbErr> {
        let transaction = write::begin(database).await?;
        Ok(Self { transaction, engine: database.engine(), context, database: database.clone() })
    }

    /// Commits what was done, or takes it all back where it is refused.
    pub async fn close<T>(self, outcome: Outcome<T>) -> Result<Outcome<T>, DbErr> {
        match outcome {
            Ok(_) => self.database.commit(self.transaction).await?,
            Err(_) => self.transaction.rollback().await?,
        }
        Ok(outcome)
    }

    pub async fn save(&self, changes: &[Change]) -> Result<(), DbErr> {
        // Boxed, as the steps of a change are: futures that hold each other overflow the stack of a build without
        // optimizations.
        Box::pin(write::save(&self.transaction, self.engine, changes, &self.context)).await
    }
}

/// The refusals that faults are.
pub fn refused(faults: Vec<Fault>) -> Vec<Refusal> {
    faults.into_iter().map(Refusal::Fault).collect()
}

/// A refusal, with all else that was found wrong.
pub fn refused_with<T>(refusal: Refusal, faults: Vec<Fault>) -> Outcome<T> {
    Err([refusal].into_iter().chain(faults.into_iter().map(Refusal::Fault)).collect())
}

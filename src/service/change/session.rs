//! The transaction of a change.

use sea_orm::DbErr;

use super::{Outcome, Rejection};
use crate::db::{Database, Engine, Transaction};
use crate::service::write::{self, Change, Context, Violation};

/// An open transaction, with the context of the change.
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

    /// Commits an accepted change, and rolls a rejected one back.
    pub async fn finish<T>(self, outcome: Outcome<T>) -> Result<Outcome<T>, DbErr> {
        match outcome {
            Ok(_) => self.database.commit(self.transaction).await?,
            Err(_) => self.transaction.rollback().await?,
        }
        Ok(outcome)
    }

    pub async fn save(&self, changes: &[Change]) -> Result<(), DbErr> {
        // Boxed, because nested futures overflow the stack of a build without optimizations.
        Box::pin(write::save(&self.transaction, self.engine, changes, &self.context)).await
    }
}

/// Converts violations to rejections.
pub fn rejections(violations: Vec<Violation>) -> Vec<Rejection> {
    violations.into_iter().map(Rejection::Violation).collect()
}

/// Returns a rejection together with further violations.
pub fn rejection_with<T>(rejection: Rejection, violations: Vec<Violation>) -> Outcome<T> {
    Err([rejection].into_iter().chain(violations.into_iter().map(Rejection::Violation)).collect())
}

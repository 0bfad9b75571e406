//! The schema of the database, and whether this version of the program can use it.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbErr};

use super::{Database, Engine, Sql, error_class, retry_lost_connection, rows};

/// Whether all migrations have been run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// The schema is that of this version, or a newer one that this version can use.
    Current,
    /// The number of migrations that have not been run.
    PendingMigrations(usize),
}

impl Database {
    /// Returns whether all migrations have been run.
    ///
    /// # Errors
    /// Errors of the database, and a [newer schema](error_class::is_schema_too_new) that this version cannot use.
    pub async fn schema_state(&self) -> Result<SchemaState, DbErr> {
        let pending = self.pending_migrations().await?.len();
        Ok(if pending == 0 { SchemaState::Current } else { SchemaState::PendingMigrations(pending) })
    }

    /// Returns the names of the migrations that have not been run, in order.
    ///
    /// # Errors
    /// As [`schema_state`](Self::schema_state).
    pub async fn pending_migrations(&self) -> Result<Vec<String>, DbErr> {
        retry_lost_connection(|| self.read_pending_migrations(), || !self.primary.is_down() && !self.is_lost()).await
    }

    async fn read_pending_migrations(&self) -> Result<Vec<String>, DbErr> {
        let snapshot = self.snapshot().await?;
        let pending = pending_migrations(&snapshot, self.engine).await;
        snapshot.rollback().await?;
        pending
    }
}

/// Returns the names of the migrations that have not been run. On a newer schema that this version can use, none is
/// pending.
///
/// # Errors
/// Errors of the database, and a newer schema that this version cannot use.
pub async fn pending_migrations(connection: &impl ConnectionTrait, engine: Engine) -> Result<Vec<String>, DbErr> {
    match Migrator::get_pending_migrations_read_only(connection).await {
        Err(error) if error_class::is_schema_too_new(&error) => {
            if is_usable(connection, engine).await? {
                Ok(Vec::new())
            } else {
                Err(error)
            }
        }
        pending => {
            let pending: Vec<String> = pending?.iter().map(|migration| migration.name().to_owned()).collect();
            if engine == Engine::Postgres && pending.len() == Migrator::migrations().len() {
                check_readable(connection).await?;
            }
            Ok(pending)
        }
    }
}

/// Fails if the role cannot read the table of migrations. The migrator would treat the table as missing.
///
/// # Errors
/// The missing right, and other errors of the database.
async fn check_readable(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    let right = "SELECT has_table_privilege(to_regclass('seaql_migrations'), 'SELECT')";
    let right = rows(connection, Sql::new(Engine::Postgres, right)).await?;
    // Null if there is no such table.
    let may_read: Option<bool> = right.first().map_or(Ok(None), |row| row.columns().read_next())?;
    if may_read == Some(false) {
        rows(connection, Sql::new(Engine::Postgres, "SELECT version FROM seaql_migrations")).await?;
    }
    Ok(())
}

/// Returns whether a schema with unknown migrations says that this version can use it.
async fn is_usable(connection: &impl ConnectionTrait, engine: Engine) -> Result<bool, DbErr> {
    let known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let mut applied = Sql::new(engine, "SELECT version FROM seaql_migrations WHERE version");
    applied.is_any_text(known.iter().map(String::as_str));
    // Otherwise the table may be missing.
    if rows(connection, applied).await?.len() < known.len() {
        return Ok(false);
    }
    let oldest = rows(connection, Sql::new(engine, "SELECT oldest_migration FROM schema_compatibility")).await?;
    let Some(oldest) = oldest.first() else { return Ok(false) };
    let oldest: String = oldest.columns().read_next()?;
    // Names begin with the date.
    Ok(known.last().is_some_and(|last| *last >= oldest))
}

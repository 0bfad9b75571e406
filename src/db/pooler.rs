//! Connection poolers, such as PgBouncer, between this program and PostgreSQL.
//!
//! In transaction mode, a pooler assigns a connection to PostgreSQL (a server connection) to a client for one transaction
//! at a time. Nothing that
//! belongs to a session survives a transaction: neither prepared statements, nor settings, locks and `LISTEN` (ADR 43).

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::{Error, Row};

use super::error_message;
use super::options::{DIRECT_URL, PREPARED};

/// The prefixes of PgBouncer's message about a rejected startup parameter. The name of the parameter follows.
const REJECTED_PARAMETER_PREFIXES: [&str; 2] =
    ["unsupported startup parameter in options: ", "unsupported startup parameter: "];
/// PostgreSQL: a prepared statement that exists already, or does not exist.
const LOST_STATEMENT_CODES: [&str; 2] = ["42P05", "26000"];
/// How often the sessions of two connections are compared.
const SESSION_CHECKS: usize = 5;
/// PostgreSQL: a wrong or missing password.
const WRONG_PASSWORD_CODE: &str = "28P01";

/// The end of PgBouncer's message about a wrong user or password.
const POOLER_WRONG_PASSWORD: &str = "authentication failed";

/// The pooler between this program and PostgreSQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pooler {
    /// None, or one that assigns a server connection for a whole session.
    #[default]
    None,
    /// One that assigns a server connection for each transaction.
    Transaction,
}

impl Pooler {
    /// Returns the options of a connection without the startup parameters that poolers reject.
    pub(super) fn target(self, target: PgConnectOptions) -> PgConnectOptions {
        match self {
            Self::None => target,
            Self::Transaction => target.extra_float_digits(None),
        }
    }

    /// Returns the options of the pooled connections. Behind a pooler, the role has these settings instead.
    pub(super) fn pooled(self, target: PgConnectOptions) -> PgConnectOptions {
        match self {
            Self::None => target
                .statement_cache_capacity(PREPARED)
                // `= ANY($1)` would otherwise be planned again for each execution.
                .options([("plan_cache_mode", "force_generic_plan"), ("jit", "off")]),
            Self::Transaction => target.statement_cache_capacity(0),
        }
    }

    /// Returns the options of connections that only read. Behind a pooler, each transaction is read-only instead.
    pub(super) fn read_only(self, target: PgConnectOptions) -> PgConnectOptions {
        match self {
            Self::None => target.options([("default_transaction_read_only", "on")]),
            Self::Transaction => target,
        }
    }

    /// Describes why a connection to the URL of `setting` failed, with the remedy if settings are wrong.
    pub(super) fn describe(self, error: &Error, setting: &str) -> String {
        match (rejected_parameter(error), self) {
            (Some(_), Self::None) => not_configured(setting),
            (Some(name), Self::Transaction) => format!(
                "the connection pooler rejects the startup parameter {name}: remove it from {setting}, \
                 or add `ignore_startup_parameters = {name}` to pgbouncer.ini"
            ),
            (None, _) => {
                let reason = error_message::describe_sqlx(error);
                let code = error.as_database_error().and_then(DatabaseError::code);
                if code.is_some_and(|code| code == WRONG_PASSWORD_CODE) {
                    format!("{reason}: correct the user and the password in {setting}")
                } else if self == Self::Transaction && reason.ends_with(POOLER_WRONG_PASSWORD) {
                    format!(
                        "{reason}: correct the user and the password in {setting}, or in the user list of the pooler"
                    )
                } else {
                    reason
                }
            }
        }
    }
}

/// Returns the reason and the remedy if a pooler was found at the URL of `setting` that is not configured.
pub fn not_configured(setting: &str) -> String {
    let mode = if setting == DIRECT_URL { "" } else { "database.pooler = \"transaction\", and " };
    format!(
        "this is a connection pooler in transaction mode: set {mode}database.direct-url to the URL of PostgreSQL itself"
    )
}

/// Returns the name of the startup parameter that a pooler has rejected.
fn rejected_parameter(error: &Error) -> Option<&str> {
    let message = error.as_database_error()?.message();
    REJECTED_PARAMETER_PREFIXES.iter().find_map(|prefix| message.strip_prefix(prefix))
}

/// Returns whether a prepared statement was not found where it was prepared.
pub fn is_statement_lost(code: &str) -> bool {
    LOST_STATEMENT_CODES.contains(&code)
}

/// Checks that two open connections have different server connections. Only a pooler in transaction mode assigns the
/// same one to both. It can assign different ones while other clients use it, or while it has not yet noticed the end of
/// the first statement; so the check is repeated. If it does not notice the pooler, a later statement fails with the same
/// message. `setting` has the URL of both.
///
/// # Errors
/// Returns the reason and the remedy.
pub async fn check_sessions(one: &PgPool, other: &PgPool, setting: &str) -> Result<(), String> {
    let failed = |error| error_message::describe_sqlx(&error);
    for _ in 0..SESSION_CHECKS {
        if backend(one).await.map_err(failed)? == backend(other).await.map_err(failed)? {
            return Err(not_configured(setting));
        }
    }
    Ok(())
}

/// Returns the process id of the PostgreSQL backend that serves an idle connection of the pool.
async fn backend(pool: &PgPool) -> Result<i32, Error> {
    // Reads all rows, and thereby waits for the end of the statement.
    let rows = sqlx::raw_sql("SELECT pg_backend_pid()").fetch_all(pool).await?;
    rows.first().ok_or(Error::RowNotFound)?.try_get(0)
}

//! Creates, lists and revokes API tokens. Each operation requires a proof of the administrator's permission.

use std::collections::HashSet;

use entity::enums::Role;
use entity::timestamp::Timestamp;
use rand::Rng;
use sea_orm::{ConnectionTrait, DbErr};

use super::write::check::merged;
use super::write::{Context, Violation, ViolationCode, begin};
use crate::auth::{Administrator, Secret, token};
use crate::db::{Database, Engine, Row, Sql, Transaction, rows};
use crate::domain::{code, invisible, limits};
use crate::model::ApiToken;

/// The values of a new token.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The name that revisions record for requests with this token.
    pub name: String,
    pub role: Role,
    /// The time from which the token is rejected. `None` if it does not expire.
    pub expires_at: Option<Timestamp>,
    /// The violations that were found while reading the input.
    pub violations: Vec<Violation>,
}

/// A new token, and its secret, which is not stored.
#[derive(Debug)]
pub struct Created {
    pub token: ApiToken,
    pub secret: Secret,
}

/// An error of creating or revoking a token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("{}", .0.iter().map(|violation| format!("{} {}", violation.field, violation.reason)).collect::<Vec<_>>().join("; "))]
    Violations(Vec<Violation>),
    #[error("the database failed")]
    Database(#[from] DbErr),
}

/// Creates a token.
///
/// # Errors
/// Returns all violations of the values, or the error of the database.
pub async fn create(
    database: &Database,
    by: &Administrator,
    wanted: NewToken,
    context: &mut Context,
) -> Result<Created, TokenError> {
    let name = wanted.name.trim();
    let violations = merged(wanted.violations, check(name, wanted.expires_at, context.now));
    if !violations.is_empty() {
        return Err(TokenError::Violations(violations));
    }
    let secret = token::generate(&mut *context.rng);
    let transaction = begin(database).await?;
    let mut token = ApiToken {
        id: 0,
        code: free_code(&transaction, database.engine(), &mut *context.rng).await?,
        name: name.to_owned(),
        role: wanted.role,
        prefix: token::display_prefix(&secret),
        created_at: context.now,
        created_by: by.name().to_owned(),
        expires_at: wanted.expires_at,
        last_used_at: None,
        revoked_at: None,
        revoked_by: None,
    };
    token.id = insert(&transaction, database.engine(), &token, &secret).await?;
    transaction.commit().await?;
    Ok(Created { token, secret })
}

/// Revokes the token with this id. A token that is already revoked does not change.
///
/// # Errors
/// Returns a violation if no token has this id, or the error of the database.
pub async fn revoke(
    database: &Database,
    by: &Administrator,
    id_given: &str,
    now: Timestamp,
) -> Result<ApiToken, TokenError> {
    let unknown = || {
        let reason = "does not identify a token: use an id from the list of tokens";
        TokenError::Violations(vec![Violation::new("id", ViolationCode::NotFound, Some(id_given), reason)])
    };
    let code = invisible::trimmed(id_given).strip_prefix(token::ID_PREFIX);
    let code = code.filter(|code| code::is_code(code)).ok_or_else(unknown)?;
    let transaction = begin(database).await?;
    let mut sql = Sql::new(database.engine(), "UPDATE api_token SET revoked_at = ");
    sql.bind(now.0).push(", revoked_by = ").bind(by.name()).push(" WHERE code = ").bind(code);
    sql.push(" AND revoked_at IS NULL");
    transaction.execute_raw(sql.into()).await?;
    let mut sql = select(database);
    sql.push(" WHERE code = ").bind(code);
    let found = read(&rows(&transaction, sql).await?)?.pop().ok_or_else(unknown)?;
    transaction.commit().await?;
    Ok(found)
}

/// Returns all tokens, newest first.
///
/// # Errors
/// Returns the error of the database.
pub async fn list(database: &Database, _: &Administrator) -> Result<Vec<ApiToken>, DbErr> {
    let mut sql = select(database);
    sql.push(" ORDER BY created_at DESC, id DESC");
    read(&database.rows(sql).await?)
}

/// Returns the id of a token, as the API and the command line show it.
#[must_use]
pub fn id(row: &ApiToken) -> String {
    token::id(&row.code)
}

fn check(name: &str, expires_at: Option<Timestamp>, now: Timestamp) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut violation = |field: &str, code, reason: String| violations.push(Violation::new(field, code, None, reason));
    if invisible::is_blank(name) {
        violation(
            "name",
            ViolationCode::Required,
            "is empty: name the person or program that uses the token".to_owned(),
        );
    } else if name.chars().count() > limits::TOKEN_NAME {
        violation("name", ViolationCode::TooLong, format!("has more than {} characters", limits::TOKEN_NAME));
    } else if name.chars().any(char::is_control) {
        violation("name", ViolationCode::Invalid, "must be a single line".to_owned());
    }
    if expires_at.is_some_and(|expires| expires <= now) {
        violation("expiresAt", ViolationCode::Invalid, "is in the past: use a future time or omit it".to_owned());
    }
    violations
}

/// Draws a code that no token has.
async fn free_code(transaction: &Transaction, engine: Engine, rng: &mut (dyn Rng + Send)) -> Result<String, DbErr> {
    let mut seen = HashSet::new();
    loop {
        let drawn = code::draw(rng);
        if !seen.insert(drawn.clone()) {
            continue;
        }
        let mut sql = Sql::new(engine, "SELECT 1 FROM api_token WHERE code = ");
        sql.bind(drawn.as_str());
        if rows(transaction, sql).await?.is_empty() {
            return Ok(drawn);
        }
    }
}

async fn insert(transaction: &Transaction, engine: Engine, token: &ApiToken, secret: &Secret) -> Result<i64, DbErr> {
    let mut sql = Sql::new(
        engine,
        "INSERT INTO api_token (code, name, role, hash, prefix, created_at, created_by, expires_at) VALUES (",
    );
    sql.bind(token.code.as_str()).push(", ").bind(token.name.as_str()).push(", ").bind(token.role.as_str());
    sql.push(", ").bind(token::hash(secret)).push(", ").bind(token.prefix.as_str());
    sql.push(", ").bind(token.created_at.0).push(", ").bind(token.created_by.as_str());
    sql.push(", ").bind(token.expires_at.map(|expires| expires.0)).push(") RETURNING id");
    let rows = rows(transaction, sql).await?;
    rows.first().map_or_else(|| Err(DbErr::RecordNotInserted), |row| row.columns().read_next())
}

fn select(database: &Database) -> Sql {
    let mut sql = Sql::new(database.engine(), "SELECT ");
    sql.push(ApiToken::COLUMNS).push(" FROM api_token");
    sql
}

fn read(rows: &[Row]) -> Result<Vec<ApiToken>, DbErr> {
    rows.iter().map(|row| ApiToken::read(&mut row.columns())).collect()
}

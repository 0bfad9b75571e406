//! Authenticates the holder of a token.

use entity::enums::Role;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::jwt::{IdentityProvider, JwtSettings};
use super::last_used::LastUsedTracker;
use super::{AuthError, Identity, Secret, Viewer, token};
use crate::clock::Clock;
use crate::db::{Database, Sql, describe_error};

/// Authenticates the holder of a token.
pub struct Authenticator {
    database: Database,
    clock: Clock,
    provider: Option<IdentityProvider>,
    last_used: LastUsedTracker,
}

/// The row of a token.
struct TokenRow {
    id: i64,
    code: String,
    name: String,
    role: String,
    hash: String,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl Authenticator {
    /// Creates an authenticator for the API tokens of `database` and, if `jwt` is given, the JWTs of its issuer.
    #[must_use]
    pub fn new(database: Database, clock: Clock, jwt: Option<JwtSettings>) -> Self {
        let provider = jwt.map(|settings| IdentityProvider::new(settings, clock.clone()));
        Self { database, clock, provider, last_used: LastUsedTracker::default() }
    }

    /// Fetches the keys of the identity provider before the first token needs them. Logs a failure.
    pub async fn warm_up(&self) {
        if let Some(provider) = &self.provider {
            provider.warm_up().await;
        }
    }

    /// Returns the viewer that a token authenticates.
    ///
    /// # Errors
    /// Returns an error if the token is invalid, or cannot be checked.
    pub async fn authenticate(&self, token: &Secret) -> Result<Viewer, AuthError> {
        if token.expose().starts_with(token::PREFIX) {
            return self.authenticate_api_token(token).await;
        }
        match &self.provider {
            _ if token.expose().split('.').count() != 3 => Err(AuthError::Malformed),
            None => Err(AuthError::NoProvider),
            Some(provider) => provider.authenticate(token).await,
        }
    }

    async fn authenticate_api_token(&self, token: &Secret) -> Result<Viewer, AuthError> {
        if !token::is_token(token.expose()) {
            return Err(AuthError::Malformed);
        }
        let hash = token::hash(token);
        let found = self.find(&hash).await.map_err(|error| {
            tracing::error!(reason = describe_error(&error), "looking up an API token failed");
            AuthError::Unavailable
        })?;
        let found = found.filter(|found| token::is_same(&found.hash, &hash)).ok_or(AuthError::Unknown)?;
        let now = self.clock.now();
        if found.revoked_at.is_some() {
            return Err(AuthError::Revoked);
        }
        if found.expires_at.is_some_and(|expires| expires <= now) {
            return Err(AuthError::Expired);
        }
        self.last_used.record(&self.database, found.id, found.last_used_at, now);
        Ok(Viewer::new(Identity::api_token(&found.code), found.name, Role::from_text(&found.role)))
    }

    async fn find(&self, hash: &str) -> Result<Option<TokenRow>, DbErr> {
        let mut sql = Sql::new(
            self.database.engine(),
            "SELECT id, code, name, role, hash, expires_at, last_used_at, revoked_at FROM api_token WHERE hash = ",
        );
        sql.bind(hash);
        let rows = self.database.rows(sql).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut columns = row.columns();
        Ok(Some(TokenRow {
            id: columns.read_next()?,
            code: columns.read_next()?,
            name: columns.read_next()?,
            role: columns.read_next()?,
            hash: columns.read_next()?,
            expires_at: columns.read_next()?,
            last_used_at: columns.read_next()?,
            revoked_at: columns.read_next()?,
        }))
    }
}

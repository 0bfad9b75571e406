//! Making and revoking API tokens.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use super::object::ApiToken;
use crate::graphql::context::{now, request_data, writing};
use crate::graphql::enums::Role;
use crate::graphql::guard;
use crate::graphql::mutation::{Loose, Reading};
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::UserError;
use crate::loader::ReadError;
use crate::service::api_token::{self, NewToken, TokenError};

/// What is wanted of a new API token.
#[derive(InputObject, Debug)]
pub struct ApiTokenCreateInput {
    /// What the history of the catalog will call whoever uses it: "nightly import".
    name: String,
    /// What whoever uses it may do.
    role: Role,
    /// From when on it is refused; it does not expire where this is left out.
    expires_at: MaybeUndefined<Loose<DateTime>>,
}

/// Which API token.
#[derive(InputObject, Debug)]
pub struct ApiTokenRevokeInput {
    /// Its id.
    id: ID,
}

/// What came of `apiTokenCreate`.
#[derive(SimpleObject, Debug)]
pub struct ApiTokenCreatePayload {
    /// The token; null where it was not made.
    api_token: Option<ApiToken>,
    /// What to send in the header `Authorization`, behind "Bearer ". It is shown this once.
    secret: Option<String>,
    /// What to mend; nothing was written where there is anything.
    user_errors: Vec<UserError>,
}

/// What came of `apiTokenRevoke`.
#[derive(SimpleObject, Debug)]
pub struct ApiTokenRevokePayload {
    /// The token; null where there is none of that id.
    api_token: Option<ApiToken>,
    /// What to mend; nothing was written where there is anything.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct ApiTokenMutation;

#[Object]
impl ApiTokenMutation {
    /// Makes an API token. Needs the role ADMIN.
    async fn api_token_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted of it.")] input: ApiTokenCreateInput,
    ) -> Result<ApiTokenCreatePayload> {
        let right = guard::administrator(ctx)?;
        let mut reading = Reading::default();
        let wanted = NewToken {
            name: input.name,
            role: input.role.into(),
            expires_at: reading.scalar("expiresAt", input.expires_at, |expires| expires.0).value().copied(),
            violations: reading.violations,
        };
        let mut context = writing(ctx, right.name())?;
        Ok(match Box::pin(api_token::create(&request_data(ctx)?.database, &right, wanted, &mut context)).await {
            Ok(created) => ApiTokenCreatePayload {
                api_token: Some(ApiToken(Arc::new(created.token))),
                secret: Some(created.secret.expose().to_owned()),
                user_errors: Vec::new(),
            },
            Err(error) => ApiTokenCreatePayload { api_token: None, secret: None, user_errors: to_user_errors(error)? },
        })
    }

    /// Revokes an API token, at once and for good. Needs the role ADMIN.
    async fn api_token_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ApiTokenRevokeInput,
    ) -> Result<ApiTokenRevokePayload> {
        let right = guard::administrator(ctx)?;
        Ok(match Box::pin(api_token::revoke(&request_data(ctx)?.database, &right, &input.id, now(ctx)?)).await {
            Ok(token) => ApiTokenRevokePayload { api_token: Some(ApiToken(Arc::new(token))), user_errors: Vec::new() },
            Err(error) => ApiTokenRevokePayload { api_token: None, user_errors: to_user_errors(error)? },
        })
    }
}

/// What the caller can mend; what only we can mend is an error.
fn to_user_errors(error: TokenError) -> Result<Vec<UserError>> {
    match error {
        TokenError::Violations(violations) => Ok(violations.into_iter().map(Into::into).collect()),
        TokenError::Database(error) => Err(ReadError::from(error).into()),
    }
}

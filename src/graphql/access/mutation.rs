//! Creating and revoking API tokens.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use super::object::ApiToken;
use crate::graphql::context::{now, request_data, writing};
use crate::graphql::description::description;
use crate::graphql::enums::Role;
use crate::graphql::guard;
use crate::graphql::mutation::{InputReader, Lenient};
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::UserError;
use crate::loader::ReadError;
use crate::service::api_token::{self, NewToken, TokenError};

/// The name, role and lifetime of a new API token.
#[derive(InputObject, Debug)]
pub struct ApiTokenCreateInput {
    /// The name under which the history records changes made with the token, such as "nightly import": one line of 1 to
    /// 100 characters. It need not be unique.
    name: String,
    /// The role of requests with the token; it includes the lower roles.
    role: Role,
    /// When the token expires. A time in the past fails with `INVALID`. Default: never.
    expires_at: MaybeUndefined<Lenient<DateTime>>,
}

/// The API token to revoke. It cannot be made valid again.
#[derive(InputObject, Debug)]
pub struct ApiTokenRevokeInput {
    /// The id of the token, from `apiTokens` or `apiTokenCreate`. An unknown id fails with `NOT_FOUND`.
    id: ID,
}

/// The result of `apiTokenCreate`: the token and its secret, or the errors that prevented it.
#[derive(SimpleObject, Debug)]
pub struct ApiTokenCreatePayload {
    /// The new token. Null if it was not created because of `userErrors`.
    api_token: Option<ApiToken>,
    /// The secret to send in the header `Authorization: Bearer …`. It cannot be read again. Null if no token was
    /// created.
    secret: Option<String>,
    #[doc = description!(user_errors)]
    user_errors: Vec<UserError>,
}

/// The result of `apiTokenRevoke`: the revoked token, or the error that prevented it.
#[derive(SimpleObject, Debug)]
pub struct ApiTokenRevokePayload {
    /// The revoked token. Null if no token has the id.
    api_token: Option<ApiToken>,
    #[doc = description!(user_errors)]
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct ApiTokenMutation;

#[Object]
impl ApiTokenMutation {
    /// Creates an API token for a script or a service. Fails with `REQUIRED`, `TOO_LONG` or `INVALID` if the name or
    /// the expiry is not acceptable. Requires the role `ADMIN`.
    async fn api_token_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The properties of the new token, which cannot be changed later.")] input: ApiTokenCreateInput,
    ) -> Result<ApiTokenCreatePayload> {
        let right = guard::administrator(ctx)?;
        let mut reader = InputReader::default();
        let new_token = NewToken {
            name: input.name,
            role: input.role.into(),
            expires_at: reader.scalar("expiresAt", input.expires_at, |expires| expires.0).value().copied(),
            violations: reader.violations,
        };
        let mut context = writing(ctx, right.name())?;
        Ok(match Box::pin(api_token::create(&request_data(ctx)?.database, &right, new_token, &mut context)).await {
            Ok(created) => ApiTokenCreatePayload {
                api_token: Some(ApiToken(Arc::new(created.token))),
                secret: Some(created.secret.expose().to_owned()),
                user_errors: Vec::new(),
            },
            Err(error) => ApiTokenCreatePayload { api_token: None, secret: None, user_errors: to_user_errors(error)? },
        })
    }

    /// Revokes an API token permanently: the server rejects all later requests with it. Revoking it again changes
    /// nothing. Fails with `NOT_FOUND` if no token has the id. Requires the role `ADMIN`.
    async fn api_token_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the token to revoke.")] input: ApiTokenRevokeInput,
    ) -> Result<ApiTokenRevokePayload> {
        let right = guard::administrator(ctx)?;
        Ok(match Box::pin(api_token::revoke(&request_data(ctx)?.database, &right, &input.id, now(ctx)?)).await {
            Ok(token) => ApiTokenRevokePayload { api_token: Some(ApiToken(Arc::new(token))), user_errors: Vec::new() },
            Err(error) => ApiTokenRevokePayload { api_token: None, user_errors: to_user_errors(error)? },
        })
    }
}

/// Converts invalid inputs to user errors, and other failures to an error.
fn to_user_errors(error: TokenError) -> Result<Vec<UserError>> {
    match error {
        TokenError::Violations(violations) => Ok(violations.into_iter().map(Into::into).collect()),
        TokenError::Database(error) => Err(ReadError::from(error).into()),
    }
}

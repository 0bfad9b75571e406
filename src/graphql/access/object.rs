//! A viewer, an API token, and pages of tokens.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};

use crate::auth;
use crate::graphql::connection::{ConnectionArgs, connection, page_args};
use crate::graphql::context::loaders;
use crate::graphql::enums::Role;
use crate::graphql::scalars::DateTime;
use crate::loader::{CountOfTokens, Page, PageOfTokens};
use crate::model;
use crate::service::api_token;

/// The caller of an authenticated request.
pub struct Viewer<'a>(pub &'a auth::Viewer);

/// The person or program that an authenticated request comes from.
#[Object]
impl Viewer<'_> {
    /// The name of the API token, or the name that the identity provider gives. The history records changes under it.
    async fn name(&self) -> &str {
        self.0.name()
    }

    /// The roles, from low to high, including those that the highest one implies. Empty if the token grants none.
    async fn roles(&self) -> Vec<Role> {
        self.0.roles().map(Into::into).collect()
    }
}

/// An API token.
#[derive(Clone, Debug)]
pub struct ApiToken(pub Arc<model::ApiToken>);

impl From<Arc<model::ApiToken>> for ApiToken {
    fn from(token: Arc<model::ApiToken>) -> Self {
        Self(token)
    }
}

/// A token with which a script or a service authenticates. Its secret was returned on creation only; the server stores
/// a hash of it.
#[Object]
impl ApiToken {
    /// The id to pass to `apiTokenRevoke`. A token is not a `Node`.
    async fn id(&self) -> ID {
        api_token::id(&self.0).into()
    }

    /// The name under which the history records changes made with the token. It need not be unique.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The role of requests with the token; it includes the lower roles.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// The first 8 characters of the secret, for recognizing the token.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// When the token was created. Tokens are listed by this time, the newest first.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// The name of the administrator who created the token, or "command line".
    async fn created_by(&self) -> &str {
        &self.0.created_by
    }

    /// When the token expires or expired. Null if it is valid until it is revoked.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }

    /// When the token was last used, recorded at most once a minute. Null if it was never used.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }

    /// When the token was revoked. Null if it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }

    /// The name of the administrator who revoked the token, or "command line". Null if it was not revoked.
    async fn revoked_by(&self) -> Option<&str> {
        self.0.revoked_by.as_deref()
    }
}

/// All tokens, read when they are selected.
#[derive(Debug)]
pub struct Tokens {
    args: ConnectionArgs,
    right: auth::Administrator,
}

impl Tokens {
    /// # Errors
    /// When a paging argument of the current field is invalid.
    pub fn page_args(ctx: &Context<'_>) -> Result<ConnectionArgs> {
        page_args(ctx, PageOfTokens::order())
    }

    /// Creates the list of tokens for an administrator.
    #[must_use]
    pub fn new(args: ConnectionArgs, right: auth::Administrator) -> Self {
        Self { args, right }
    }

    /// # Errors
    /// When the database fails.
    pub async fn page(&self, ctx: &Context<'_>) -> Result<Arc<Page<model::ApiToken>>> {
        let key = PageOfTokens::new(&self.right, self.args.window.clone());
        Ok(loaders(ctx)?.load(key).await?.unwrap_or_default())
    }

    /// # Errors
    /// When the database fails.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = loaders(ctx)?.load(CountOfTokens::new(&self.right)).await?;
        Ok(i32::try_from(count.unwrap_or(0)).unwrap_or(i32::MAX))
    }

    pub fn args(&self) -> &ConnectionArgs {
        &self.args
    }
}

connection! {
    /// A page of API tokens, in order of creation with the newest first.
    ApiTokenConnection(Tokens) {}
    /// An API token, with its cursor in the list of all tokens.
    ApiTokenEdge(model::ApiToken => ApiToken) {}
}

//! A viewer, an API token, and pages of tokens.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};

use crate::auth;
use crate::graphql::connection::{Asked, connection, page_args};
use crate::graphql::context::loaders;
use crate::graphql::enums::Role;
use crate::graphql::scalars::DateTime;
use crate::loader::{CountOfTokens, Page, PageOfTokens};
use crate::model;
use crate::service::api_token;

/// Somebody who is signed in.
pub struct Viewer<'a>(pub &'a auth::Viewer);

/// Somebody who is signed in.
#[Object]
impl Viewer<'_> {
    /// What they are called: the name of their API token, or what their identity provider calls them.
    async fn name(&self) -> &str {
        self.0.name()
    }

    /// Their roles, those that a greater one brings along included.
    async fn roles(&self) -> Vec<Role> {
        self.0.roles().map(Into::into).collect()
    }
}

/// A token.
#[derive(Clone, Debug)]
pub struct ApiToken(pub Arc<model::ApiToken>);

impl From<Arc<model::ApiToken>> for ApiToken {
    fn from(token: Arc<model::ApiToken>) -> Self {
        Self(token)
    }
}

/// A token that a script or a service signs in with. Its secret was shown when it was made, and is kept nowhere.
#[Object]
impl ApiToken {
    /// Its id, for `apiTokenRevoke`. It is none that `node` knows.
    async fn id(&self) -> ID {
        api_token::id(&self.0).into()
    }

    /// What the history of the catalog calls whoever uses it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What whoever uses it may do.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// The first characters of the secret, to tell tokens apart by.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Who made it.
    async fn created_by(&self) -> &str {
        &self.0.created_by
    }

    /// From when on it is refused; null where it does not expire.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }

    /// When it was last used, to the minute; null while it never was.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }

    /// When it was revoked; null while it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }

    /// Who revoked it.
    async fn revoked_by(&self) -> Option<&str> {
        self.0.revoked_by.as_deref()
    }
}

/// All tokens, read when they are selected.
#[derive(Debug)]
pub struct Tokens {
    asked: Asked,
    right: auth::Administrator,
}

impl Tokens {
    /// # Errors
    /// When the paging arguments of the current field cannot be taken.
    pub fn page_asked(ctx: &Context<'_>) -> Result<Asked> {
        page_args(ctx, PageOfTokens::order())
    }

    /// For those who may see them.
    #[must_use]
    pub fn new(asked: Asked, right: auth::Administrator) -> Self {
        Self { asked, right }
    }

    /// # Errors
    /// When the database fails.
    pub async fn page(&self, ctx: &Context<'_>) -> Result<Arc<Page<model::ApiToken>>> {
        let key = PageOfTokens::new(&self.right, self.asked.window.clone());
        Ok(loaders(ctx)?.load(key).await?.unwrap_or_default())
    }

    /// # Errors
    /// When the database fails.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = loaders(ctx)?.load(CountOfTokens::new(&self.right)).await?;
        Ok(i32::try_from(count.unwrap_or(0)).unwrap_or(i32::MAX))
    }

    pub fn asked(&self) -> &Asked {
        &self.asked
    }
}

connection! {
    /// A page of API tokens.
    ApiTokenConnection(Tokens) {}
    /// An API token in a page.
    ApiTokenEdge(model::ApiToken => ApiToken) {}
}

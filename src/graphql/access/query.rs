//! The root fields for the viewer and for API tokens.

use async_graphql::{Context, Object, Result};

use super::object::{ApiTokenConnection, Tokens, Viewer};
use crate::auth;
use crate::graphql::guard;

#[derive(Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// The authenticated caller, by the token of the request. Null if the request has no token.
    async fn viewer<'a>(&self, ctx: &Context<'a>) -> Result<Option<Viewer<'a>>> {
        Ok(guard::viewer(ctx)?.map(Viewer))
    }

    /// The API tokens, newest first, including revoked and expired ones. Null if the caller lacks the role `ADMIN`.
    async fn api_tokens(&self, ctx: &Context<'_>) -> Result<Option<ApiTokenConnection>> {
        // Invalid arguments are an error for everybody.
        let args = Tokens::page_args(ctx)?;
        let right = guard::viewer(ctx)?.and_then(auth::Viewer::administrator);
        Ok(right.map(|right| ApiTokenConnection(Tokens::new(args, right))))
    }
}

//! The root fields for who is asking.

use async_graphql::{Context, Object, Result};

use super::object::{ApiTokenConnection, Tokens, Viewer};
use crate::auth;
use crate::graphql::guard;

#[derive(Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// Who is asking; null for whoever sent no token.
    async fn viewer<'a>(&self, ctx: &Context<'a>) -> Result<Option<Viewer<'a>>> {
        Ok(guard::viewer(ctx)?.map(Viewer))
    }

    /// The API tokens, the newest first, revoked and expired ones included. For administrators; null for everybody else.
    async fn api_tokens(&self, ctx: &Context<'_>) -> Result<Option<ApiTokenConnection>> {
        // What cannot be asked is told to everybody alike.
        let asked = Tokens::page_asked(ctx)?;
        let right = guard::viewer(ctx)?.and_then(auth::Viewer::administrator);
        Ok(right.map(|right| ApiTokenConnection(Tokens::new(asked, right))))
    }
}

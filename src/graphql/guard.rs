//! What a field asks of whoever wants it. The first line of every mutation is one of these.
//!
//! Whoever is not signed in gets `UNAUTHENTICATED`, whoever lacks the role `FORBIDDEN`, as a top-level error. What comes
//! back is the right itself, which the services want to see, and whose name goes into the history.

use async_graphql::{Context, Error, Result};

use super::context::request_data;
use super::error::{forbidden, unauthenticated};
use crate::auth::{Administrator, Editor, Role, Viewer};

/// Whoever is signed in.
///
/// # Errors
/// Never, see [`request_data`].
pub fn viewer<'a>(ctx: &Context<'a>) -> Result<Option<&'a Viewer>> {
    Ok(request_data(ctx)?.viewer.as_deref())
}

/// Whether the field is for a viewer with this role: for what is null to everybody else.
///
/// # Errors
/// Never, see [`request_data`].
pub fn has(ctx: &Context<'_>, role: Role) -> Result<bool> {
    Ok(viewer(ctx)?.is_some_and(|viewer| viewer.has(role)))
}

/// The right to write content.
///
/// # Errors
/// For everybody below the role EDITOR.
pub fn editor(ctx: &Context<'_>) -> Result<Editor> {
    required(ctx, Role::Editor, Viewer::editor)
}

/// The right to make and revoke tokens.
///
/// # Errors
/// For everybody below the role ADMIN.
pub fn administrator(ctx: &Context<'_>) -> Result<Administrator> {
    required(ctx, Role::Admin, Viewer::administrator)
}

fn required<R>(ctx: &Context<'_>, role: Role, right: impl FnOnce(&Viewer) -> Option<R>) -> Result<R, Error> {
    let viewer = viewer(ctx)?.ok_or_else(unauthenticated)?;
    right(viewer).ok_or_else(|| forbidden(role))
}

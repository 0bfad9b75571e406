//! Permission checks. The first line of every mutation is one of them.
//!
//! An anonymous requester gets the error `UNAUTHENTICATED`, a viewer without the role `FORBIDDEN`. The functions return
//! a proof of the permission, which the services require. Its name is recorded in the revision history.

use async_graphql::{Context, Error, Result};

use super::context::request_data;
use super::error::{forbidden, unauthenticated};
use crate::auth::{Administrator, Editor, Role, Viewer};

/// Returns the authenticated viewer.
///
/// # Errors
/// Never, see [`request_data`].
pub fn viewer<'a>(ctx: &Context<'a>) -> Result<Option<&'a Viewer>> {
    Ok(request_data(ctx)?.viewer.as_deref())
}

/// Returns whether the viewer has this role, for fields that are null for everybody else.
///
/// # Errors
/// Never, see [`request_data`].
pub fn has(ctx: &Context<'_>, role: Role) -> Result<bool> {
    Ok(viewer(ctx)?.is_some_and(|viewer| viewer.has(role)))
}

/// Returns the permission to write content.
///
/// # Errors
/// When the viewer does not have the role EDITOR.
pub fn editor(ctx: &Context<'_>) -> Result<Editor> {
    required(ctx, Role::Editor, Viewer::editor)
}

/// Returns the permission to create and revoke tokens.
///
/// # Errors
/// When the viewer does not have the role ADMIN.
pub fn administrator(ctx: &Context<'_>) -> Result<Administrator> {
    required(ctx, Role::Admin, Viewer::administrator)
}

fn required<R>(ctx: &Context<'_>, role: Role, right: impl FnOnce(&Viewer) -> Option<R>) -> Result<R, Error> {
    let viewer = viewer(ctx)?.ok_or_else(unauthenticated)?;
    right(viewer).ok_or_else(|| forbidden(role))
}

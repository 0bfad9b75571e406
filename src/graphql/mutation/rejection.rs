//! Converts rejections of the service to user errors.

use async_graphql::{Context, Result};
use futures_util::future::try_join_all;

use crate::catalog::{KINDS, Kind};
use crate::graphql::list::List;
use crate::graphql::node::entity_by_code;
use crate::graphql::user_error::UserError;
use crate::service::change::{NodeKey, Rejection};
use crate::service::write::Violation;

/// The maximum length of a value in a message, in characters.
const MAX_SHOWN_VALUE: usize = 80;

/// Converts the rejections of a change to user errors.
///
/// # Errors
/// When the database fails.
pub async fn user_errors(ctx: &Context<'_>, rejections: Vec<Rejection>) -> Result<List<UserError>> {
    let mut errors = Vec::with_capacity(rejections.len());
    for rejection in rejections {
        errors.push(match rejection {
            Rejection::Violation(violation) => input_error(&violation),
            Rejection::Stale { current_revision, current } => {
                UserError::stale(current_revision, entity_by_code(ctx, current.kind, &current.code).await?)
            }
            Rejection::InUse { first, count } => in_use(ctx, &first, count).await?,
        });
    }
    Ok(List(errors))
}

/// Converts the rejections of a restore to user errors. Violations of the old state are reported at `revision`.
///
/// # Errors
/// When the database fails.
pub async fn restore_errors(ctx: &Context<'_>, rejections: Vec<Rejection>) -> Result<List<UserError>> {
    let of_revision = |rejection: Rejection| match rejection {
        Rejection::Violation(violation) if !matches!(violation.field.as_str(), "id" | "revision") => {
            let (_, message) = path_and_message(&violation);
            Rejection::Violation(Violation::new(
                "revision",
                violation.code,
                None,
                format!("cannot be restored: {message}"),
            ))
        }
        rejection => rejection,
    };
    user_errors(ctx, rejections.into_iter().map(of_revision).collect()).await
}

fn input_error(violation: &Violation) -> UserError {
    let (path, message) = path_and_message(violation);
    UserError::input(violation.code.into(), &path, message)
}

/// Returns the path and the message of a violation.
fn path_and_message(violation: &Violation) -> (Vec<&str>, String) {
    let mut path: Vec<&str> = violation.field.split(['[', ']', '.']).filter(|part| !part.is_empty()).collect();
    if let Some(name) = path.first_mut() {
        *name = input_name(name);
    }
    let value = violation.value.as_deref().filter(|value| value.chars().count() <= MAX_SHOWN_VALUE);
    let shown = value.map_or_else(String::new, |value| format!(" \"{value}\""));
    let message = format!("{}{shown} {}", path.join("."), violation.reason);
    (path, message)
}

/// Returns the name of a field in the inputs of the API, which take ids for references.
pub fn input_name(field: &str) -> &str {
    let definition = KINDS.into_iter().flat_map(Kind::fields).find(|definition| definition.name() == field);
    definition.and_then(|definition| definition.input).unwrap_or(field)
}

async fn in_use(ctx: &Context<'_>, first: &[NodeKey], count: usize) -> Result<UserError> {
    let nodes = try_join_all(first.iter().map(|node| entity_by_code(ctx, node.kind, &node.code))).await?;
    let message = if count == 1 {
        "One object refers to it: remove the reference first, or delete with force to remove it as well.".to_owned()
    } else {
        format!(
            "{count} objects refer to it: remove the references first, or delete with force to remove them as well."
        )
    };
    Ok(UserError::in_use(nodes.into_iter().flatten(), i32::try_from(count).unwrap_or(i32::MAX), message))
}

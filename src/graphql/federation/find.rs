//! Finds the entities that a router requests.

use async_graphql::{Context, Result};

use super::keys;
use crate::domain::node_id;
use crate::graphql::book::Book;
use crate::graphql::error::bad_input;
use crate::graphql::interface::Entity;
use crate::graphql::lookup::book_by_any_code;
use crate::graphql::naming;
use crate::graphql::node::entity_by_code;
use crate::graphql::representation::{Key, Representation};
use crate::model::NodeKind;

/// Finds the entity that a representation names; `None` if no visible one has this key.
///
/// # Errors
/// When there is no such type, or the database fails.
pub async fn find(ctx: &Context<'_>, representation: &Representation) -> Result<Option<Entity>> {
    let is_named = |kind: &NodeKind| naming::type_name(kind.type_name()) == representation.type_name;
    let entity = NodeKind::ALL.into_iter().find(is_named);
    let Some(kind) = entity else {
        let reason = format!("contain the unknown entity type {:?}", representation.type_name);
        return Err(bad_input("representations", reason));
    };
    match &representation.key {
        Key::Id(id) => match node_id::parse(id) {
            Some((of, code)) if of == kind => entity_by_code(ctx, kind, code).await,
            _ => Ok(None),
        },
        Key::Code(code) if kind == NodeKind::Book => {
            Ok(book_by_any_code(ctx, code).await?.map(|book| Entity::Book(Book(book))))
        }
        Key::Code(code) if keys(kind).contains(&"code") => entity_by_code(ctx, kind, code).await,
        Key::Code(_) => {
            Err(bad_input("representations", format!("must have an id for the type {}", representation.type_name)))
        }
    }
}

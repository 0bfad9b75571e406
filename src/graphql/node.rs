//! The root fields that find objects of any type, by id or by path.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use futures_util::future::try_join_all;

use super::book::Book;
use super::context::{loaders, request_data};
use super::error::bad_input;
use super::interface::{Entity, Node, Routable};
use super::list::List;
use super::lookup::{book_by_any_code, by_code};
use super::reading_list::{ReadingList, ReadingListEntry};
use crate::domain::{node_id, path};
use crate::loader::{EntryByCode, WasPublic};
use crate::model::NodeKind;

/// The maximum number of ids of `nodes`.
const MAX_NODES: usize = 100;

/// The object at a path, and whether a web app should redirect to another path.
#[derive(SimpleObject, Debug)]
pub struct Resolution {
    /// The object at the path. Its type determines the page to render.
    target: Routable,
    /// The current `path` of the object. Redirect to it if `isCanonical` is false.
    canonical_path: String,
    /// Whether the requested path is `canonicalPath`. Its query string, fragment and trailing slashes do not count.
    is_canonical: bool,
}

#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Fetches an object by its id. Null if no visible object has this id, as after a book was merged into another one.
    /// Fails with `BAD_USER_INPUT` if the id is malformed.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id, as returned by a field `id`.")] id: ID,
    ) -> Result<Option<Node>> {
        Ok(find(ctx, "id", &id).await?.map(Node::new))
    }

    /// Fetches several objects by their ids, in the same order. An element is null if no visible object has its id.
    /// Fails with `BAD_USER_INPUT` if an id is malformed.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global ids, as returned by fields `id`. Maximum: 100.")] ids: Vec<ID>,
    ) -> Result<List<Option<Node>>> {
        if ids.len() > MAX_NODES {
            return Err(bad_input("ids", format!("must have at most {MAX_NODES} ids, not {}", ids.len())));
        }
        let found = try_join_all(ids.iter().map(|id| find(ctx, "ids", id))).await?;
        Ok(found.into_iter().map(|entity| entity.map(Node::new)).collect())
    }

    /// Finds the object at a path of the web app. A code in the path decides, whatever slug follows it; a path without
    /// a code is looked up by its slug. Null if no visible object has the path.
    async fn resolve(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A path such as \"/career/ci4tzd/back-end-developer\", or a URL with such a path. Query strings, \
                    fragments and trailing slashes are ignored. Maximum: 2,048 bytes; a longer text resolves to null."
        )]
        path: String,
    ) -> Result<Option<Resolution>> {
        let base = request_data(ctx)?.settings.base_url.as_ref();
        let Some(address) = path::parse(&path, base) else { return Ok(None) };
        let Some(entity) = entity_by_address(ctx, &address).await? else { return Ok(None) };
        let Some(canonical_path) = entity.path() else { return Ok(None) };
        // Compare without origin, query string, fragment and trailing slash.
        let is_canonical =
            path::path_of(address.kind, address.code.as_deref().unwrap_or(""), address.slug.as_deref().unwrap_or(""))
                == canonical_path;
        Ok(Some(Resolution { target: Routable::new(entity), canonical_path, is_canonical }))
    }

    /// Whether the object at a path was public and no longer is, because it was deleted or withdrawn. A web app
    /// responds with status 410 instead of 404. False once the change feed no longer has its changes, and for paths
    /// without a code.
    async fn is_gone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A path as for `resolve`.")] path: String,
    ) -> Result<bool> {
        let base = request_data(ctx)?.settings.base_url.as_ref();
        let Some(address) = path::parse(&path, base) else { return Ok(false) };
        if entity_by_address(ctx, &address).await?.is_some() {
            return Ok(false);
        }
        let Some(code) = address.code else { return Ok(false) };
        Ok(loaders(ctx)?.load(WasPublic { kind: address.kind, code }).await?.is_some())
    }
}

async fn find(ctx: &Context<'_>, argument: &str, id: &ID) -> Result<Option<Entity>> {
    let Some((kind, code)) = node_id::parse(id) else {
        return Err(bad_input(argument, format!("contains the invalid id {:?}", id.as_str())));
    };
    entity_by_code(ctx, kind, code).await
}

/// Finds the object of a kind with this code.
///
/// # Errors
/// When the database fails.
pub async fn entity_by_code(ctx: &Context<'_>, kind: NodeKind, code: &str) -> Result<Option<Entity>> {
    match kind {
        NodeKind::ReadingList => Ok(by_code(ctx, code).await?.map(|found| Entity::ReadingList(ReadingList(found)))),
        NodeKind::ReadingListEntry => {
            let entry = loaders(ctx)?.load(EntryByCode(code.to_owned())).await?;
            Ok(entry.map(|found| Entity::ReadingListEntry(ReadingListEntry(found))))
        }
        kind => Entity::by_code(ctx, kind, code).await,
    }
}

/// Finds the object at an address: first by code, with any slug; then, if there is only one segment, by slug. The
/// address of a merged book leads to the remaining book.
///
/// # Errors
/// When the database fails.
pub async fn entity_by_address(ctx: &Context<'_>, address: &path::Address) -> Result<Option<Entity>> {
    if let Some(code) = &address.code {
        let found = match address.kind {
            NodeKind::Book => book_by_any_code(ctx, code).await?.map(|found| Entity::Book(Book(found))),
            kind => entity_by_code(ctx, kind, code).await?,
        };
        // With two segments only the code matters.
        if found.is_some() || address.slug.as_ref() != Some(code) {
            return Ok(found);
        }
    }
    match &address.slug {
        Some(slug) => Entity::by_slug(ctx, address.kind, slug).await,
        None => Ok(None),
    }
}

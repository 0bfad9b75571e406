//! Look-ups of single objects, for fields such as `career(by:)`.

use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, ID, Result};

use super::context::loaders;
use super::error::bad_input;
use crate::domain::invisible::token;
use crate::domain::{code, node_id, slug};
use crate::loader::{BatchLoader, ByCode, ByRetiredCode, BySlug, ReadError};
use crate::model::{Book, Record};

/// Finds an object by its id; `None` for the id of another kind.
///
/// # Errors
/// When the id is malformed, or the database fails.
pub async fn by_id<T: Record>(ctx: &Context<'_>, id: &ID) -> Result<Option<Arc<T>>>
where
    BatchLoader: Loader<ByCode<T>, Value = Arc<T>, Error = ReadError>,
{
    let (kind, code) = node_id::parse(id).ok_or_else(|| bad_input("by", "contains an invalid id"))?;
    if kind == T::KIND { by_code(ctx, code).await } else { Ok(None) }
}

/// Finds an object by its code.
///
/// # Errors
/// When the database fails.
pub async fn by_code<T: Record>(ctx: &Context<'_>, code: &str) -> Result<Option<Arc<T>>>
where
    BatchLoader: Loader<ByCode<T>, Value = Arc<T>, Error = ReadError>,
{
    let code = token(code);
    if !code::is_code(&code) {
        return Ok(None);
    }
    Ok(loaders(ctx)?.load(ByCode::<T>::new(code)).await?)
}

/// Finds a book by its code, or by the code of a book that was merged into it.
///
/// # Errors
/// When the database fails.
pub async fn book_by_any_code(ctx: &Context<'_>, code: &str) -> Result<Option<Arc<Book>>> {
    let code = token(code);
    match by_code(ctx, &code).await? {
        None if code::is_code(&code) => Ok(loaders(ctx)?.load(ByRetiredCode(code.into_owned())).await?),
        found => Ok(found),
    }
}

/// Finds an object by its current slug or a former one.
///
/// # Errors
/// When the database fails.
pub async fn by_slug<T: Record>(ctx: &Context<'_>, slug: &str) -> Result<Option<Arc<T>>>
where
    BatchLoader: Loader<BySlug<T>, Value = Arc<T>, Error = ReadError>,
{
    let slug = token(slug);
    if !slug::is_slug(&slug) {
        return Ok(None);
    }
    Ok(loaders(ctx)?.load(BySlug::<T>::new(slug)).await?)
}

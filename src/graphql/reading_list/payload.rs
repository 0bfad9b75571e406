//! Payloads of the mutations of reading lists, read after the commit.

use async_graphql::{Context, ID, Result, SimpleObject};

use super::connection::ReadingListEntryEdge;
use super::{ReadingList, ReadingListEntry};
use crate::domain::node_id;
use crate::graphql::context::loaders;
use crate::graphql::description::description;
use crate::graphql::list::List;
use crate::graphql::lookup::by_code;
use crate::graphql::mutation::{user_errors, written};
use crate::graphql::user_error::UserError;
use crate::loader::EntryByCode;
use crate::model::NodeKind;
use crate::service::change::{Outcome, UpdatedList};

/// The result of `readingListUpdate`: the reading list as written, or the errors that prevented it.
#[derive(SimpleObject, Debug)]
pub struct ReadingListUpdatePayload {
    #[doc = description!(reading_list)]
    reading_list: Option<ReadingList>,
    #[doc = description!(user_errors)]
    user_errors: List<UserError>,
}

/// The result of `readingListEntryAdd`: the new entries, or the errors that prevented it.
#[derive(SimpleObject, Debug)]
pub struct ReadingListEntryAddPayload {
    #[doc = description!(reading_list)]
    reading_list: Option<ReadingList>,
    /// The new entries in order, each with its cursor in the `entries` of the list. Empty if nothing was written.
    entry_edges: List<ReadingListEntryEdge>,
    #[doc = description!(user_errors)]
    user_errors: List<UserError>,
}

/// The result of `readingListEntryUpdate`: the entry as written, or the errors that prevented it.
#[derive(SimpleObject, Debug)]
pub struct ReadingListEntryUpdatePayload {
    #[doc = description!(reading_list)]
    reading_list: Option<ReadingList>,
    /// The entry after the mutation. Null if nothing was written because of `userErrors`.
    entry: Option<ReadingListEntry>,
    #[doc = description!(user_errors)]
    user_errors: List<UserError>,
}

/// The result of `readingListEntryMove`: the moved entries, or the errors that prevented it.
#[derive(SimpleObject, Debug)]
pub struct ReadingListEntryMovePayload {
    #[doc = description!(reading_list)]
    reading_list: Option<ReadingList>,
    /// The moved entries in order, each with its cursor in the `entries` of the list. Empty if nothing was written.
    entry_edges: List<ReadingListEntryEdge>,
    #[doc = description!(user_errors)]
    user_errors: List<UserError>,
}

/// The result of `readingListEntryRemove`: the ids of the removed entries, or the errors that prevented it.
#[derive(SimpleObject, Debug)]
pub struct ReadingListEntryRemovePayload {
    #[doc = description!(reading_list)]
    reading_list: Option<ReadingList>,
    /// The ids of the removed entries, in the order of the input. Empty if nothing was removed.
    deleted_ids: Vec<ID>,
    #[doc = description!(user_errors)]
    user_errors: List<UserError>,
}

impl ReadingListUpdatePayload {
    pub async fn of(ctx: &Context<'_>, outcome: Outcome<UpdatedList>) -> Result<Self> {
        let CommonPayload { reading_list, user_errors, .. } = CommonPayload::of(ctx, outcome).await?;
        Ok(Self { reading_list, user_errors })
    }
}

impl ReadingListEntryAddPayload {
    pub async fn of(ctx: &Context<'_>, outcome: Outcome<UpdatedList>) -> Result<Self> {
        let CommonPayload { listed, reading_list, user_errors } = CommonPayload::of(ctx, outcome).await?;
        Ok(Self { reading_list, entry_edges: edges(ctx, listed).await?, user_errors })
    }
}

impl ReadingListEntryUpdatePayload {
    pub async fn of(ctx: &Context<'_>, outcome: Outcome<UpdatedList>) -> Result<Self> {
        let CommonPayload { listed, reading_list, user_errors } = CommonPayload::of(ctx, outcome).await?;
        let entry = match listed.and_then(|listed| listed.entries.into_iter().next()) {
            Some(code) => Some(ReadingListEntry(written(loaders(ctx)?.load(EntryByCode(code)).await)?)),
            None => None,
        };
        Ok(Self { reading_list, entry, user_errors })
    }
}

impl ReadingListEntryMovePayload {
    pub async fn of(ctx: &Context<'_>, outcome: Outcome<UpdatedList>) -> Result<Self> {
        let CommonPayload { listed, reading_list, user_errors } = CommonPayload::of(ctx, outcome).await?;
        Ok(Self { reading_list, entry_edges: edges(ctx, listed).await?, user_errors })
    }
}

impl ReadingListEntryRemovePayload {
    pub async fn of(ctx: &Context<'_>, outcome: Outcome<UpdatedList>) -> Result<Self> {
        let CommonPayload { listed, reading_list, user_errors } = CommonPayload::of(ctx, outcome).await?;
        let id = |code: &String| node_id::format(NodeKind::ReadingListEntry, code).into();
        let deleted_ids = listed.map_or_else(Vec::new, |listed| listed.entries.iter().map(id).collect());
        Ok(Self { reading_list, deleted_ids, user_errors })
    }
}

/// The common parts of the payloads.
struct CommonPayload {
    listed: Option<UpdatedList>,
    reading_list: Option<ReadingList>,
    user_errors: List<UserError>,
}

impl CommonPayload {
    async fn of(ctx: &Context<'_>, outcome: Outcome<UpdatedList>) -> Result<Self> {
        let (listed, rejections) = match outcome {
            Ok(listed) => (Some(listed), Vec::new()),
            Err(rejections) => (None, rejections),
        };
        let reading_list = match &listed {
            Some(listed) => Some(ReadingList(written(by_code(ctx, &listed.list.code).await)?)),
            None => None,
        };
        let user_errors = user_errors(ctx, rejections).await?;
        Ok(Self { listed, reading_list, user_errors })
    }
}

async fn edges(ctx: &Context<'_>, listed: Option<UpdatedList>) -> Result<List<ReadingListEntryEdge>> {
    match listed {
        Some(listed) => {
            let edges = ReadingListEntryEdge::of_list(ctx, listed.id, &listed.entries).await;
            written(edges.map(|edges| (listed.entries.is_empty() || !edges.0.is_empty()).then_some(edges)))
        }
        None => Ok(List(Vec::new())),
    }
}

//! The mutations of reading lists and their entries.

use async_graphql::{Context, Object, Result};

use super::input::{
    ReadingListEntryAddInput, ReadingListEntryMoveInput, ReadingListEntryRemoveInput, ReadingListEntryUpdateInput,
    ReadingListUpdateInput,
};
use super::payload::{
    ReadingListEntryAddPayload, ReadingListEntryMovePayload, ReadingListEntryRemovePayload,
    ReadingListEntryUpdatePayload, ReadingListUpdatePayload,
};
use crate::graphql::mutation::{outcome, writer};

#[derive(Default)]
pub struct ReadingListMutation;

#[Object]
impl ReadingListMutation {
    /// Updates the title and the introduction of a reading list. An omitted field is unchanged; a null title resets it
    /// to the default, and a null introduction clears it. Fails with `TOO_LONG`, or with `STALE_REVISION` if
    /// `expectedRevision` is not the current one. Requires the role `EDITOR`.
    async fn reading_list_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the list, and the fields to change.")] input: ReadingListUpdateInput,
    ) -> Result<ReadingListUpdatePayload> {
        let (list, wish) = input.into();
        let changed = writer(ctx)?.update_list(&list, wish).await;
        ReadingListUpdatePayload::of(ctx, outcome(changed)?).await
    }

    /// Adds learning resources to a reading list, next to each other, each with an optional note and role. Fails with
    /// `ALREADY_LISTED` if the list has one of them, with `TOO_MANY` if it would have more than 500 entries, and with
    /// `STALE_REVISION` if `expectedRevision` is not the current one. Requires the role `EDITOR`.
    async fn reading_list_entry_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the list, the resources to add, and their position.")]
        input: ReadingListEntryAddInput,
    ) -> Result<ReadingListEntryAddPayload> {
        let (list, addition) = input.into();
        let changed = writer(ctx)?.add_entries(&list, addition).await;
        ReadingListEntryAddPayload::of(ctx, outcome(changed)?).await
    }

    /// Updates the note and the role of an entry, which is a new revision of its reading list. An omitted field is
    /// unchanged, and null clears it. Fails with `TOO_LONG`, or with `STALE_REVISION` if `expectedRevision` is not the
    /// current one of the list.
    /// Requires the role `EDITOR`.
    async fn reading_list_entry_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the entry, and the fields to change.")] input: ReadingListEntryUpdateInput,
    ) -> Result<ReadingListEntryUpdatePayload> {
        let (entry, wish) = input.into();
        let changed = writer(ctx)?.update_entry(&entry, wish).await;
        ReadingListEntryUpdatePayload::of(ctx, outcome(changed)?).await
    }

    /// Moves entries to another position in their reading list, together and in the order that they have there. Fails
    /// with `NOT_FOUND` if an entry is not in the list, and with `STALE_REVISION` if `expectedRevision` is not the
    /// current one.
    /// Requires the role `EDITOR`.
    async fn reading_list_entry_move(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The entries to move, and their new position.")] input: ReadingListEntryMoveInput,
    ) -> Result<ReadingListEntryMovePayload> {
        let (list, pick, place) = input.into();
        let changed = writer(ctx)?.move_entries(&list, &pick, place).await;
        ReadingListEntryMovePayload::of(ctx, outcome(changed)?).await
    }

    /// Removes entries from their reading list. Fails with `NOT_FOUND` if one of them is not in the list, and with
    /// `STALE_REVISION` if `expectedRevision` is not the current one; then it removes none.
    /// Requires the role `EDITOR`.
    async fn reading_list_entry_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the list, and the entries to remove.")] input: ReadingListEntryRemoveInput,
    ) -> Result<ReadingListEntryRemovePayload> {
        let (list, pick) = input.into();
        let changed = writer(ctx)?.remove_entries(&list, &pick).await;
        ReadingListEntryRemovePayload::of(ctx, outcome(changed)?).await
    }
}

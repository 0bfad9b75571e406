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
    /// Changes the title and the introduction of a reading list: what is left out stays as it is, null clears.
    /// Needs the role EDITOR.
    async fn reading_list_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is to change.")] input: ReadingListUpdateInput,
    ) -> Result<ReadingListUpdatePayload> {
        let (list, wish) = input.into();
        let changed = writer(ctx)?.update_list(&list, wish).await;
        ReadingListUpdatePayload::of(ctx, outcome(changed)?).await
    }

    /// Adds learning resources to a reading list, next to each other, each with its reason.
    /// Needs the role EDITOR.
    async fn reading_list_entry_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which list, what to put on it, and where.")] input: ReadingListEntryAddInput,
    ) -> Result<ReadingListEntryAddPayload> {
        let (list, addition) = input.into();
        let changed = writer(ctx)?.add_entries(&list, addition).await;
        ReadingListEntryAddPayload::of(ctx, outcome(changed)?).await
    }

    /// Changes the note and the role of an entry: what is left out stays as it is, null clears.
    /// Needs the role EDITOR.
    async fn reading_list_entry_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is to change.")] input: ReadingListEntryUpdateInput,
    ) -> Result<ReadingListEntryUpdatePayload> {
        let (entry, wish) = input.into();
        let changed = writer(ctx)?.update_entry(&entry, wish).await;
        ReadingListEntryUpdatePayload::of(ctx, outcome(changed)?).await
    }

    /// Moves entries to another place on their reading list, one or many together, in the order that they have there.
    /// Needs the role EDITOR.
    async fn reading_list_entry_move(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, and where to.")] input: ReadingListEntryMoveInput,
    ) -> Result<ReadingListEntryMovePayload> {
        let (list, pick, place) = input.into();
        let changed = writer(ctx)?.move_entries(&list, &pick, place).await;
        ReadingListEntryMovePayload::of(ctx, outcome(changed)?).await
    }

    /// Takes entries off their reading list, one or many.
    /// Needs the role EDITOR.
    async fn reading_list_entry_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: ReadingListEntryRemoveInput,
    ) -> Result<ReadingListEntryRemovePayload> {
        let (list, pick) = input.into();
        let changed = writer(ctx)?.remove_entries(&list, &pick).await;
        ReadingListEntryRemovePayload::of(ctx, outcome(changed)?).await
    }
}

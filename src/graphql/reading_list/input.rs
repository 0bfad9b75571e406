//! Inputs of the mutations of reading lists and their entries.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, OneofObject};

use crate::domain::placement::Place;
use crate::graphql::description::description;
use crate::graphql::enums::EntryRole;
use crate::graphql::mutation::{InputReader, field};
use crate::service::change::{EntryChange, EntrySelector, ListChange, NewEntries, NewEntry, Target};

/// The changes to the texts of a reading list. An omitted field is unchanged. Entries have mutations of their own.
#[derive(InputObject, Debug)]
pub struct ReadingListUpdateInput {
    #[doc = description!(list_id)]
    id: ID,
    #[doc = description!(expected_list_revision)]
    expected_revision: Option<i32>,
    /// The title, at most 500 characters. Null resets it to "Reading list: " and the title of the owner.
    title: MaybeUndefined<String>,
    /// A text to read before the entries, in Markdown, at most 20,000 characters. Null clears it.
    introduction: MaybeUndefined<String>,
}

/// Learning resources to add to a reading list, and their position in it.
#[derive(InputObject, Debug)]
pub struct ReadingListEntryAddInput {
    #[doc = description!(list_id)]
    list_id: ID,
    #[doc = description!(expected_list_revision)]
    expected_revision: Option<i32>,
    /// The resources to add, in order: 1 to 500. Fails with `ALREADY_LISTED` if one is on the list, and with `TOO_MANY`
    /// if the list would exceed 500 entries.
    entries: Vec<ReadingListEntryInput>,
    /// The position of the new entries, which stay together. Default: the end of the list.
    placement: Option<Placement>,
}

/// A learning resource to add to a reading list, with the reason.
#[derive(InputObject, Debug)]
pub struct ReadingListEntryInput {
    /// The id of a book, course, video, podcast or tutorial. An unknown id fails with `NOT_FOUND`, the id of another
    /// type with `WRONG_TYPE`.
    resource_id: ID,
    /// The reason for the recommendation, in Markdown, at most 5,000 characters. Default: none.
    note: MaybeUndefined<String>,
    /// The purpose of the resource in the list. Default: none.
    role: Option<EntryRole>,
}

/// The changes to an entry. An omitted field is unchanged, and null clears it.
#[derive(InputObject, Debug)]
pub struct ReadingListEntryUpdateInput {
    #[doc = description!(id to "update")]
    id: ID,
    #[doc = description!(expected_list_revision)]
    expected_revision: Option<i32>,
    /// The reason for the recommendation, in Markdown, at most 5,000 characters. Null clears it.
    note: MaybeUndefined<String>,
    /// The purpose of the resource in the list. Null clears it.
    role: MaybeUndefined<EntryRole>,
}

/// Entries to move within their reading list, and their new position.
#[derive(InputObject, Debug)]
pub struct ReadingListEntryMoveInput {
    #[doc = description!(list_id)]
    list_id: ID,
    #[doc = description!(expected_list_revision)]
    expected_revision: Option<i32>,
    /// The ids of the entries to move: 1 to 500 entries of the list, without duplicates. They keep their order in the
    /// list, whatever their order here.
    entry_ids: Vec<ID>,
    /// The new position of the entries, which are put together. If it is next to an entry that is moved itself, the
    /// others are put around that entry.
    placement: Placement,
}

/// Entries to remove from their reading list. The resources themselves stay in the catalog.
#[derive(InputObject, Debug)]
pub struct ReadingListEntryRemoveInput {
    #[doc = description!(list_id)]
    list_id: ID,
    #[doc = description!(expected_list_revision)]
    expected_revision: Option<i32>,
    /// The ids of the entries to remove: 1 to 500 entries of the list, without duplicates.
    entry_ids: Vec<ID>,
}

/// A position in a reading list: at one of its ends, or next to one of its entries. Exactly one field must be set.
#[derive(OneofObject, Debug)]
pub enum Placement {
    /// The beginning or the end of the list.
    End(ListEnd),
    /// Directly before the entry with this id. Fails with `NOT_FOUND` if it is not in the list.
    Before(ID),
    /// Directly after the entry with this id. Fails with `NOT_FOUND` if it is not in the list.
    After(ID),
}

/// An end of a reading list, as a position for entries.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListEnd {
    /// The beginning: before all other entries.
    First,
    /// The end: after all other entries.
    Last,
}

impl From<Placement> for Place<String> {
    fn from(place: Placement) -> Self {
        match place {
            Placement::End(ListEnd::First) => Self::First,
            Placement::End(ListEnd::Last) => Self::Last,
            Placement::Before(id) => Self::Before(id.0),
            Placement::After(id) => Self::After(id.0),
        }
    }
}

impl From<ReadingListUpdateInput> for (Target, ListChange) {
    fn from(input: ReadingListUpdateInput) -> Self {
        let mut reader = InputReader::default();
        let title = reader.text("title", input.title);
        let introduction = reader.text("introduction", input.introduction);
        let subject = Target { id: input.id.0, expected_revision: input.expected_revision };
        (subject, ListChange { title, introduction, violations: reader.violations })
    }
}

impl From<ReadingListEntryAddInput> for (Target, NewEntries) {
    fn from(input: ReadingListEntryAddInput) -> Self {
        let mut reader = InputReader::default();
        let entry = |(index, entry): (usize, ReadingListEntryInput)| NewEntry {
            resource_id: entry.resource_id.0,
            note: reader.text(&format!("entries[{index}].note"), entry.note).value().cloned(),
            role: entry.role.map(Into::into),
        };
        let entries = input.entries.into_iter().enumerate().map(entry).collect();
        let place = input.placement.map_or(Place::Last, Into::into);
        let subject = Target { id: input.list_id.0, expected_revision: input.expected_revision };
        (subject, NewEntries { entries, place, violations: reader.violations })
    }
}

impl From<ReadingListEntryUpdateInput> for (Target, EntryChange) {
    fn from(input: ReadingListEntryUpdateInput) -> Self {
        let mut reader = InputReader::default();
        let note = reader.text("note", input.note);
        let subject = Target { id: input.id.0, expected_revision: input.expected_revision };
        (subject, EntryChange { note, role: field(input.role, Into::into), violations: reader.violations })
    }
}

impl From<ReadingListEntryMoveInput> for (Target, EntrySelector, Place<String>) {
    fn from(input: ReadingListEntryMoveInput) -> Self {
        let subject = Target { id: input.list_id.0, expected_revision: input.expected_revision };
        (subject, selector(input.entry_ids), input.placement.into())
    }
}

impl From<ReadingListEntryRemoveInput> for (Target, EntrySelector) {
    fn from(input: ReadingListEntryRemoveInput) -> Self {
        let subject = Target { id: input.list_id.0, expected_revision: input.expected_revision };
        (subject, selector(input.entry_ids))
    }
}

fn selector(ids: Vec<ID>) -> EntrySelector {
    EntrySelector(ids.into_iter().map(|id| id.0).collect())
}

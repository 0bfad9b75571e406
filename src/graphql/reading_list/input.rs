//! What is asked of a reading list and its entries.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, OneofObject};

use crate::domain::placement::Place;
use crate::graphql::enums::EntryRole;
use crate::graphql::mutation::{Reading, field};
use crate::service::change::{EntryChange, EntrySelector, ListChange, NewEntries, NewEntry, Target};

/// What is to change about a reading list itself. What is left out stays as it is; null clears.
#[derive(InputObject, Debug)]
pub struct ReadingListUpdateInput {
    /// The id of the list.
    id: ID,
    /// The revision of the list that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// What it is called; made from its owner's title where it is null.
    title: MaybeUndefined<String>,
    /// What to know before one begins, in Markdown.
    introduction: MaybeUndefined<String>,
}

/// The input of `readingListEntryAdd`: learning resources to add to a reading list.
#[derive(InputObject, Debug)]
pub struct ReadingListEntryAddInput {
    /// The id of the list.
    list_id: ID,
    /// The revision of the list that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// What to put on it, in order. A list has at most 500 entries.
    entries: Vec<ReadingListEntryInput>,
    /// Where on the list, all of them together; at its end where left out.
    place: Option<Placement>,
}

/// A learning resource to add, with the reason.
#[derive(InputObject, Debug)]
pub struct ReadingListEntryInput {
    /// The id of the learning resource. A list has each resource at most once.
    resource_id: ID,
    /// Why this one, in Markdown.
    note: MaybeUndefined<String>,
    /// What it is for in the list.
    role: Option<EntryRole>,
}

/// What is to change about an entry. What is left out stays as it is; null clears.
#[derive(InputObject, Debug)]
pub struct ReadingListEntryUpdateInput {
    /// The id of the entry.
    id: ID,
    /// The revision of its list that you have seen; where the list has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// Why this one, in Markdown.
    note: MaybeUndefined<String>,
    /// What it is for in the list.
    role: MaybeUndefined<EntryRole>,
}

/// Entries that are to stand elsewhere on their list.
#[derive(InputObject, Debug)]
pub struct ReadingListEntryMoveInput {
    /// The id of the list.
    list_id: ID,
    /// The revision of the list that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// The ids of the entries. Whatever their order here, they keep the one that they have on the list.
    entry_ids: Vec<ID>,
    /// Where to, all of them together. Beside one that is itself moved, the others gather around it.
    place: Placement,
}

/// Entries that are to be taken off their list.
#[derive(InputObject, Debug)]
pub struct ReadingListEntryRemoveInput {
    /// The id of the list.
    list_id: ID,
    /// The revision of the list that you have seen; where it has another by now, nothing is removed.
    expected_revision: Option<i32>,
    /// The ids of the entries.
    entry_ids: Vec<ID>,
}

/// A place on a reading list: at one of its ends, or beside an entry of it.
#[derive(OneofObject, Debug)]
pub enum Placement {
    /// At this end of the list.
    End(ListEnd),
    /// Right before the entry with this id.
    Before(ID),
    /// Right after the entry with this id.
    After(ID),
}

/// The ends of a list.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListEnd {
    /// Before all that is there.
    First,
    /// After all that is there.
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
        let mut reading = Reading::default();
        let title = reading.text("title", input.title);
        let introduction = reading.text("introduction", input.introduction);
        let subject = Target { id: input.id.0, expected_revision: input.expected_revision };
        (subject, ListChange { title, introduction, violations: reading.violations })
    }
}

impl From<ReadingListEntryAddInput> for (Target, NewEntries) {
    fn from(input: ReadingListEntryAddInput) -> Self {
        let mut reading = Reading::default();
        let entry = |(index, entry): (usize, ReadingListEntryInput)| NewEntry {
            resource_id: entry.resource_id.0,
            note: reading.text(&format!("entries[{index}].note"), entry.note).value().cloned(),
            role: entry.role.map(Into::into),
        };
        let entries = input.entries.into_iter().enumerate().map(entry).collect();
        let place = input.place.map_or(Place::Last, Into::into);
        let subject = Target { id: input.list_id.0, expected_revision: input.expected_revision };
        (subject, NewEntries { entries, place, violations: reading.violations })
    }
}

impl From<ReadingListEntryUpdateInput> for (Target, EntryChange) {
    fn from(input: ReadingListEntryUpdateInput) -> Self {
        let mut reading = Reading::default();
        let note = reading.text("note", input.note);
        let subject = Target { id: input.id.0, expected_revision: input.expected_revision };
        (subject, EntryChange { note, role: field(input.role, Into::into), violations: reading.violations })
    }
}

impl From<ReadingListEntryMoveInput> for (Target, EntrySelector, Place<String>) {
    fn from(input: ReadingListEntryMoveInput) -> Self {
        let subject = Target { id: input.list_id.0, expected_revision: input.expected_revision };
        (subject, selector(input.entry_ids), input.place.into())
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

//! What is read: plain rows of the catalog, as the loaders and services hand them out.
//!
//! Each type says which columns it is made of and reads itself from them, in that order. The tables themselves, for
//! writing, are the `entity` crate's.

mod api_token;
mod book;
mod career;
mod change_event;
mod column;
mod course;
mod entry;
mod heap_size;
mod item;
mod party;
mod podcast;
mod reading_list;
mod revision;
mod topic;
mod tutorial;
mod video;

use sea_orm::DbErr;

pub use api_token::ApiToken;
pub use book::{Book, Contribution};
pub use career::Career;
pub use change_event::ChangeEvent;
pub use course::{Course, SyllabusSection};
pub use entity::kind::{NodeKind, OwnerKind, ResourceKind};
pub use entry::{Entry, Resource, ResourceRef};
pub use heap_size::HeapSize;
pub use item::{Item, ResourceFields};
pub use party::{Organization, Party, Person};
pub use podcast::Podcast;
pub use reading_list::{OwnerRef, ReadingList};
pub use revision::{Revision, RevisionState};
pub use topic::Topic;
pub use tutorial::Tutorial;
pub use video::Video;

use crate::db::Columns;

/// A record that is read from a row.
pub trait Record: HeapSize + Sized + Send + Sync + 'static {
    /// The kind of the record; its columns are qualified with the name of the kind.
    const KIND: NodeKind;
    /// The columns that [`Record::read`] takes, each with its table before it.
    const COLUMNS: &'static str;

    /// Reads one from the columns of a row.
    ///
    /// # Errors
    /// When a column holds what it should not.
    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr>;

    /// The primary key.
    fn id(&self) -> i64;

    /// The code that it is known by outside.
    fn code(&self) -> &str;

    /// The revision, which each write increments.
    fn revision(&self) -> i32;
}

/// A stored choice, read from its text.
fn parse_enum<T>(text: Option<String>, of: impl Fn(&str) -> Option<T>) -> Result<Option<T>, DbErr> {
    text.map(|text| of(&text).ok_or_else(|| DbErr::Type(format!("{text} is no choice of this column")))).transpose()
}

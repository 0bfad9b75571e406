//! The rows of the catalog, as loaders and services read them.
//!
//! Each type lists its columns and reads itself from them, in that order. The `entity` crate has the tables as they are
//! written.

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

/// A record that can be read from a row.
pub trait Record: HeapSize + Sized + Send + Sync + 'static {
    /// The kind of the record; its columns are qualified with the name of the kind.
    const KIND: NodeKind;
    /// The qualified columns that [`Record::read`] reads.
    const COLUMNS: &'static str;

    /// Reads a record from the columns of a row.
    ///
    /// # Errors
    /// When a column has an unexpected value.
    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr>;

    /// The primary key.
    fn id(&self) -> i64;

    /// The public code.
    fn code(&self) -> &str;

    /// The revision, which each write increments.
    fn revision(&self) -> i32;
}

/// Parses a stored enumeration value.
fn parse_enum<T>(text: Option<String>, of: impl Fn(&str) -> Option<T>) -> Result<Option<T>, DbErr> {
    text.map(|text| of(&text).ok_or_else(|| DbErr::Type(format!("unknown value {text:?}")))).transpose()
}

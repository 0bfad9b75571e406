//! Reading lists and their entries.

mod connection;
mod filter;
mod object;

pub use connection::{ReadingListEntryConnection, RecommendedBookConnection, RecommendedCourseConnection};
pub use filter::ReadingListWhere;
pub use object::{ReadingList, ReadingListEntry};

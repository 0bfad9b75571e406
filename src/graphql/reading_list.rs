//! Reading lists and their entries.

mod connection;
mod filter;
mod input;
mod mutation;
mod object;
mod payload;

pub use connection::{ReadingListEntryConnection, RecommendedBookConnection, RecommendedCourseConnection};
pub use filter::ReadingListWhere;
pub use mutation::ReadingListMutation;
pub use object::{ReadingList, ReadingListEntry};

//! Reading lists and their entries.

mod connection;
mod filter;
mod input;
mod mutation;
mod object;
mod payload;
mod query;

pub use connection::{
    ReadingListConnection, ReadingListEntryConnection, RecommendedBookConnection, RecommendedCourseConnection,
};
pub use filter::ReadingListWhere;
pub use mutation::ReadingListMutation;
pub use object::{ReadingList, ReadingListEntry};
pub use query::ReadingListQuery;

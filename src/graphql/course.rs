//! Courses.

mod filter;
mod input;
mod mutation;
mod object;
mod query;

pub use filter::{CourseOrder, CourseWhere};
pub use mutation::CourseMutation;
pub use object::{Course, CourseConnection, CourseSearchConnection};
pub use query::CourseQuery;

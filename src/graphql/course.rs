//! Courses.

mod filter;
mod object;
mod query;

pub use filter::{CourseOrder, CourseWhere};
pub use object::{Course, CourseConnection, CourseSearchConnection};
pub use query::CourseQuery;

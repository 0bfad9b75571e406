//! The mutations of courses.

use super::Course;
use super::input::{CourseCreateInput, CourseUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    CourseMutation: course as Course,

    /// Creates a course as a draft.
    course_create(CourseCreateInput) -> CourseCreatePayload,

    /// Updates a course. An omitted field is unchanged, null clears it, and a list replaces the whole list.
    course_update(CourseUpdateInput) -> CourseUpdatePayload,

    /// Deletes a course. One that reading lists recommend or other courses require is kept, unless `force` takes it off them. Its reading list goes with it.
    course_delete(CourseDeleteInput) -> CourseDeletePayload,
}

//! The mutations of courses.

use super::Course;
use super::input::{CourseCreateInput, CourseUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    CourseMutation: course as Course,

    /// Makes a course. It is a draft until it is published.
    course_create(CourseCreateInput) -> CourseCreatePayload,

    /// Changes a course: what is left out stays as it is, null clears, a list replaces the whole list.
    course_update(CourseUpdateInput) -> CourseUpdatePayload,

    /// Deletes a course. One that reading lists recommend or other courses require is kept, unless `force` takes it off them. Its reading list goes with it.
    course_delete(CourseDeleteInput) -> CourseDeletePayload,
}

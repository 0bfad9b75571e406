//! The mutations of courses.

use super::Course;
use super::input::{CourseCreateInput, CourseUpdateInput};
use crate::graphql::mutation::mutations;

mutations! {
    CourseMutation: course as Course,

    /// Creates a course as a draft, which readers do not see until `catalogItemPublish`.
    course_create(CourseCreateInput) -> CourseCreatePayload,

    /// Updates a course.
    course_update(CourseUpdateInput) -> CourseUpdatePayload,

    /// Deletes a course and its reading list. Fails with `IN_USE` if reading lists of others recommend it or courses
    /// require it, unless `force` removes it from them.
    course_delete(CourseDeleteInput) -> CourseDeletePayload,
}

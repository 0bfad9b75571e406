//! Inputs of the mutations of courses.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::{CurrencyCode, Decimal, Duration};

/// The input of `courseCreate`. A new course is a draft.
#[derive(InputObject, Debug)]
pub struct CourseCreateInput {
    /// The title.
    title: String,
    #[graphql(flatten)]
    fields: CourseFields,
}

/// The input of `courseUpdate`. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct CourseUpdateInput {
    /// The id of the course.
    id: ID,
    /// The expected revision. The update fails if the course has another one.
    expected_revision: Option<i32>,
    /// The title.
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: CourseFields,
}

/// An amount in a currency.
#[derive(InputObject, Debug)]
pub struct MoneyInput {
    /// How much, with as many decimals as the currency has: "49.00".
    amount: Decimal,
    /// In which currency.
    currency: CurrencyCode,
}

/// A section of what a course goes through.
#[derive(InputObject, Debug)]
pub struct SyllabusSectionInput {
    /// The title.
    title: String,
    /// What it is about.
    summary: Option<String>,
}

/// The fields of a course, but for the title.
#[derive(InputObject, Debug)]
struct CourseFields {
    #[graphql(flatten)]
    item: ItemFields,
    #[graphql(flatten)]
    resource: ResourceFields,
    /// The id of the organization that offers it: a platform for courses.
    provider_id: MaybeUndefined<ID>,
    /// The id of the organization that stands behind it: a university.
    institution_id: MaybeUndefined<ID>,
    /// The ids of the people who teach it, in order, at most 50.
    instructor_ids: MaybeUndefined<Vec<ID>>,
    /// How much time it takes each week.
    weekly_effort: MaybeUndefined<Duration>,
    /// Whether it can be taken without paying.
    is_free: MaybeUndefined<bool>,
    /// What it costs; of a course that can be taken without paying, what is paid for on top, such as a certificate.
    price: MaybeUndefined<MoneyInput>,
    /// What it goes through, in order, at most 200 sections.
    syllabus: MaybeUndefined<Vec<SyllabusSectionInput>>,
    /// The ids of its topics, the main topic first.
    topic_ids: MaybeUndefined<Vec<ID>>,
    /// The ids of the courses to take before. A course cannot require itself, not by way of others either.
    prerequisite_ids: MaybeUndefined<Vec<ID>>,
}

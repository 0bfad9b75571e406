//! What a course can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::{CurrencyCode, Decimal, Duration};

/// A course that is to be made. It is a draft until it is published.
#[derive(InputObject, Debug)]
pub struct CourseCreateInput {
    /// What it is called.
    title: String,
    #[graphql(flatten)]
    fields: CourseFields,
}

/// What is to change about a course. What is left out stays as it is; null clears; a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct CourseUpdateInput {
    /// The id of the course.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// What it is called.
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
    /// What it is called.
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
    /// The ids of the topics that it carries, the main one first.
    topic_ids: MaybeUndefined<Vec<ID>>,
    /// The ids of the courses to take before. A course cannot require itself, not by way of others either.
    prerequisite_ids: MaybeUndefined<Vec<ID>>,
}

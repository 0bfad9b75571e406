//! Inputs of the mutations of courses.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::description::description;
use crate::graphql::mutation::{ItemFields, ResourceFields};
use crate::graphql::scalars::{CurrencyCode, Decimal, Duration};

/// The fields of a new course, which is created as a draft. Only `title` is required.
#[derive(InputObject, Debug)]
pub struct CourseCreateInput {
    #[doc = description!(title)]
    title: String,
    #[graphql(flatten)]
    fields: CourseFields,
}

/// The changes to a course. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct CourseUpdateInput {
    #[doc = description!(id to "update")]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
    #[doc = description!(new_title)]
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: CourseFields,
}

/// A price, such as `{ amount: "49.00", currency: "EUR" }`.
#[derive(InputObject, Debug)]
pub struct MoneyInput {
    /// The amount: zero or more, with at most as many decimals as the currency has, such as "49.00".
    amount: Decimal,
    /// The currency of the amount. It must be money in circulation, not gold or a test code.
    currency: CurrencyCode,
}

/// A section of the syllabus of a course. Sections are shown in the order of the list.
#[derive(InputObject, Debug)]
pub struct SyllabusSectionInput {
    #[doc = description!(title)]
    title: String,
    /// The content of the section, at most 1,000 characters. Default: none.
    summary: Option<String>,
}

/// The fields of a course, but for the title.
#[derive(InputObject, Debug)]
struct CourseFields {
    #[graphql(flatten)]
    item: ItemFields,
    #[graphql(flatten)]
    resource: ResourceFields,
    /// The id of the organization that offers the course, such as a course platform. Null clears it.
    provider_id: MaybeUndefined<ID>,
    /// The id of the university or company that created the course. Null clears it.
    institution_id: MaybeUndefined<ID>,
    /// The ids of the people who teach the course, in display order: at most 50, without duplicates. Replaces the list;
    /// null clears it.
    instructor_ids: MaybeUndefined<Vec<ID>>,
    /// The expected study time per week, such as "PT3H". Null clears it.
    weekly_effort: MaybeUndefined<Duration>,
    /// Whether learners can take the course without paying. Null if unknown.
    is_free: MaybeUndefined<bool>,
    /// The price of the course; for a free course, the price of extras such as a certificate. Null clears it.
    price: MaybeUndefined<MoneyInput>,
    /// The sections of the course in order, at most 200. Replaces the list; null clears it.
    syllabus: MaybeUndefined<Vec<SyllabusSectionInput>>,
    #[doc = description!(topic_ids)]
    topic_ids: MaybeUndefined<Vec<ID>>,
    /// The ids of the courses to take before this one: at most 100, without duplicates. Fails with `CYCLE` if the
    /// course would require itself, directly or through others. Replaces the list; null clears it.
    prerequisite_ids: MaybeUndefined<Vec<ID>>,
}

//! What a course can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::domain::money::{Money, MoneyError};
use crate::graphql::mutation::{ItemFields, Loose, Reading, ResourceFields, field, mention, mentions};
use crate::graphql::scalars::{CurrencyCode, Decimal, Duration};
use crate::service::change::{Subject, Wish};
use crate::service::write::patch::CoursePatch;
use crate::service::write::record::{Price, Section};
use crate::service::write::{Field, Patch};

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
    weekly_effort: MaybeUndefined<Loose<Duration>>,
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

impl From<CourseCreateInput> for Wish {
    fn from(input: CourseCreateInput) -> Self {
        input.fields.wish(MaybeUndefined::Value(input.title))
    }
}

impl From<CourseUpdateInput> for (Subject, Wish) {
    fn from(input: CourseUpdateInput) -> Self {
        let subject = Subject { id: input.id.0, expected_revision: input.expected_revision };
        (subject, input.fields.wish(input.title))
    }
}

impl CourseFields {
    fn wish(self, title: MaybeUndefined<String>) -> Wish {
        let mut reading = Reading::default();
        let (item, slug) = self.item.read(&mut reading, title);
        let patch = Patch::Course(CoursePatch {
            item,
            resource: self.resource.read(&mut reading),
            provider: mention("provider", self.provider_id),
            institution: mention("institution", self.institution_id),
            instructors: mentions("instructors", self.instructor_ids),
            weekly_effort: reading.scalar("weeklyEffort", self.weekly_effort, |effort| effort.0),
            is_free: field(self.is_free, |is_free| is_free),
            price: price(&mut reading, self.price),
            syllabus: syllabus(&mut reading, self.syllabus),
            topics: mentions("topics", self.topic_ids),
            prerequisites: mentions("prerequisites", self.prerequisite_ids),
        });
        Wish { patch, slug, faults: reading.faults }
    }
}

fn price(reading: &mut Reading, given: MaybeUndefined<MoneyInput>) -> Field<Price> {
    let MoneyInput { amount, currency } = match given {
        MaybeUndefined::Undefined => return Field::Keep,
        MaybeUndefined::Null => return Field::Clear,
        MaybeUndefined::Value(money) => money,
    };
    match Money::parse(&amount.0, &currency.0) {
        Ok(money) => Field::Set(Price { minor: money.minor, currency: money.currency }),
        Err(MoneyError::Currency) => {
            reading.invalid("price.currency", MoneyError::Currency.to_string());
            if let Err(error) = Money::check_amount(&amount.0) {
                reading.invalid("price.amount", error.to_string());
            }
            Field::Keep
        }
        Err(error) => {
            reading.invalid("price.amount", error.to_string());
            Field::Keep
        }
    }
}

fn syllabus(reading: &mut Reading, given: MaybeUndefined<Vec<SyllabusSectionInput>>) -> Field<Vec<Section>> {
    let mut section = |(index, section): (usize, SyllabusSectionInput)| {
        let summary = section.summary.unwrap_or_default();
        let summary = reading.trimmed(&format!("syllabus[{index}].summary"), &summary);
        Section {
            title: reading.trimmed(&format!("syllabus[{index}].title"), &section.title),
            summary: (!summary.is_empty()).then_some(summary),
        }
    };
    field(given, |sections| sections.into_iter().enumerate().map(&mut section).collect())
}

//! Inputs of the mutations of careers.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::mutation::ItemFields;

/// The input of `careerCreate`. A new career is a draft.
#[derive(InputObject, Debug)]
pub struct CareerCreateInput {
    /// The title.
    title: String,
    #[graphql(flatten)]
    fields: CareerFields,
}

/// The input of `careerUpdate`. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct CareerUpdateInput {
    /// The id of the career.
    id: ID,
    /// The expected revision. The update fails if the career has another one.
    expected_revision: Option<i32>,
    /// The title.
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: CareerFields,
}

/// The fields of a career, but for the title.
#[derive(InputObject, Debug)]
struct CareerFields {
    #[graphql(flatten)]
    item: ItemFields,
    /// What the career is like and how to get there, in Markdown. A paragraph that is only a link to a learning resource in
    /// the catalog becomes a card.
    article: MaybeUndefined<String>,
    /// Its code in a classification of occupations, O*NET-SOC or ISCO-08: "15-1254.00".
    occupation_code: MaybeUndefined<String>,
    /// Other names of the career, at most 20.
    aliases: MaybeUndefined<Vec<String>>,
    /// The ids of its topics, the main topic first.
    topic_ids: MaybeUndefined<Vec<ID>>,
    /// The ids of careers that are close to it, the closest first.
    related_career_ids: MaybeUndefined<Vec<ID>>,
}

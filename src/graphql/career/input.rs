//! What a career can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::mutation::ItemFields;

/// A career that is to be made. It is a draft until it is published.
#[derive(InputObject, Debug)]
pub struct CareerCreateInput {
    /// What it is called.
    title: String,
    #[graphql(flatten)]
    fields: CareerFields,
}

/// What is to change about a career. What is left out stays as it is; null clears; a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct CareerUpdateInput {
    /// The id of the career.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// What it is called.
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: CareerFields,
}

/// The fields of a career, but for the title.
#[derive(InputObject, Debug)]
struct CareerFields {
    #[graphql(flatten)]
    item: ItemFields,
    /// What the career is like and how to get there, in Markdown. A paragraph that is only a link to a course or book of
    /// the catalog becomes a card.
    article: MaybeUndefined<String>,
    /// Its code in a classification of occupations, O*NET-SOC or ISCO-08: "15-1254.00".
    occupation_code: MaybeUndefined<String>,
    /// Other names that it goes by, at most 20.
    aliases: MaybeUndefined<Vec<String>>,
    /// The ids of the topics that it carries, the main one first.
    topic_ids: MaybeUndefined<Vec<ID>>,
    /// The ids of careers that are close to it, the closest first.
    related_career_ids: MaybeUndefined<Vec<ID>>,
}

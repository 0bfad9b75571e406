//! Inputs of the mutations of careers.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::description::description;
use crate::graphql::mutation::ItemFields;

/// The fields of a new career, which is created as a draft. Only `title` is required.
#[derive(InputObject, Debug)]
pub struct CareerCreateInput {
    #[doc = description!(title)]
    title: String,
    #[graphql(flatten)]
    fields: CareerFields,
}

/// The changes to a career. An omitted field is unchanged, null clears it, and a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct CareerUpdateInput {
    #[doc = description!(id to "update")]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
    #[doc = description!(new_title)]
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: CareerFields,
}

/// The fields of a career, but for the title.
#[derive(InputObject, Debug)]
struct CareerFields {
    #[graphql(flatten)]
    item: ItemFields,
    /// The article about the career, in Markdown, at most 200,000 characters. A paragraph that consists of a link to a
    /// learning resource of the catalog is shown as a card. Null clears it.
    article: MaybeUndefined<String>,
    /// The code of the occupation in a classification such as O*NET-SOC ("15-1254.00") or ISCO-08 ("2512"), at most 20
    /// characters. Null clears it.
    occupation_code: MaybeUndefined<String>,
    #[doc = description!(aliases)]
    aliases: MaybeUndefined<Vec<String>>,
    #[doc = description!(topic_ids)]
    topic_ids: MaybeUndefined<Vec<ID>>,
    /// The ids of related careers, the closest first: at most 100, without duplicates and without the career itself.
    /// The relation is one-way. Replaces the list; null clears it.
    related_career_ids: MaybeUndefined<Vec<ID>>,
}

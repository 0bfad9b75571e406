//! The root fields for people.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Person, PersonOrder, PersonSearchConnection, PersonWhere};
use crate::graphql::connection::RootList;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// Selects one person. Exactly one field must be set.
#[derive(OneofObject, Debug)]
pub enum PersonBy {
    /// The global id, as returned by the field `id`. The id of an object of another type selects nothing.
    Id(ID),
    /// The code: the six lowercase letters and digits that never change.
    Code(String),
    /// The slug: the current one, or one that the object had before it was renamed.
    Slug(String),
}

#[derive(Default)]
pub struct PersonQuery;

#[Object]
impl PersonQuery {
    /// Fetches a person by id, code or slug. Null if no visible person matches.
    async fn person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identifier of the person. Exactly one of its fields must be set.")] by: PersonBy,
    ) -> Result<Option<Person>> {
        let person = match by {
            PersonBy::Id(id) => by_id(ctx, &id).await?,
            PersonBy::Code(code) => by_code(ctx, &code).await?,
            PersonBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(person.map(Person))
    }

    /// Lists the visible people, by relevance if `query` is given, otherwise by name. `orderBy` overrides the order.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A search query: words, \"phrases\", -excluded words. Default: none. Maximum: 500 characters and 32 \
                    words."
        )]
        query: Option<String>,
        #[graphql(
            name = "where",
            desc = "Returns only people that match. Default: all. Maximum: 200 conditions, nested eight levels deep."
        )]
        condition: Option<PersonWhere>,
        #[graphql(
            desc = "The sort keys, most significant first, each field at most once. Default: `RELEVANCE` if `query` is \
                    not blank, otherwise `NAME`."
        )]
        order_by: Option<Vec<PersonOrder>>,
    ) -> Result<PersonSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Person]).await?;
        let order = PersonOrder::order(order_by, search.is_some())?;
        Ok(PersonSearchConnection(RootList::new(ctx, search, filter(condition)?, order)?))
    }
}

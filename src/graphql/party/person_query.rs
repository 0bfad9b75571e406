//! The root fields for people.

use async_graphql::{Context, ID, Object, OneofObject, Result};

use super::{Person, PersonOrder, PersonSearchConnection, PersonWhere};
use crate::graphql::connection::Selected;
use crate::graphql::filter::filter;
use crate::graphql::lookup::{by_code, by_id, by_slug};
use crate::graphql::search::search;
use crate::model::NodeKind;

/// What names a person: exactly one of these.
#[derive(OneofObject, Debug)]
pub enum PersonBy {
    /// Its id.
    Id(ID),
    /// Its code.
    Code(String),
    /// Its slug, or one that it had.
    Slug(String),
}

#[derive(Default)]
pub struct PersonQuery;

#[Object]
impl PersonQuery {
    /// A person by id, code or slug; null where there is none.
    async fn person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What names it.")] by: PersonBy,
    ) -> Result<Option<Person>> {
        let person = match by {
            PersonBy::Id(id) => by_id(ctx, &id).await?,
            PersonBy::Code(code) => by_code(ctx, &code).await?,
            PersonBy::Slug(slug) => by_slug(ctx, &slug).await?,
        };
        Ok(person.map(Person))
    }

    /// People, by name unless something is searched for, or another order asked for.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to find: words, \"phrases\", -words to leave out; the best come first.")] query: Option<
            String,
        >,
        #[graphql(name = "where", desc = "Which ones; all where left out.")] condition: Option<PersonWhere>,
        #[graphql(desc = "What they are ordered by, most important first.")] order_by: Option<Vec<PersonOrder>>,
    ) -> Result<PersonSearchConnection> {
        let search = search(ctx, query.as_deref(), &[NodeKind::Person]).await?;
        let order = PersonOrder::order(order_by, search.is_some())?;
        Ok(PersonSearchConnection(Selected::new(ctx, search, filter(condition)?, order)?))
    }
}

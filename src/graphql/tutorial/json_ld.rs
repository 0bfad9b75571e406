//! A tutorial as schema.org describes it.

use async_graphql::{Context, Result, Value};
use entity::enums::ContributionRole;
use futures_util::future::{try_join, try_join3};

use super::Tutorial;
use crate::domain::{date, html};
use crate::graphql::context::description;
use crate::graphql::contribution;
use crate::graphql::json_ld::{
    JsonLd, addresses, document, item, learning_resource, organization, person, topics, type_of,
};
use crate::model::ResourceKind;

impl JsonLd for Tutorial {
    async fn json_ld(&self, ctx: &Context<'_>) -> Result<Value> {
        let (tutorial, resource) = (&self.0, self.resource_fields());
        let ((people, publisher), topics, (description, same_as)) = try_join3(
            try_join(
                contribution::in_role(ctx, self.row().id, ContributionRole::Author),
                organization(ctx, tutorial.publisher_id),
            ),
            topics(ctx, self.row()),
            try_join(description(ctx, &self.as_resource()), addresses(ctx, self.row(), resource)),
        )
        .await?;
        let people: Vec<Value> = people.0.iter().map(|it| person(ctx, &it.0)).collect::<Result<_>>()?;
        let node =
            item(ctx, type_of(ResourceKind::Tutorial), self.row(), description.as_deref().map(html::plain), &same_as)?;
        let node = learning_resource(node, self.row(), resource)
            .with("headline", Some(self.row().title.as_str()))
            .with("datePublished", tutorial.publication_date.map(date::format))
            .with_list("author", people)
            .with("publisher", publisher)
            .with_list("about", topics);
        Ok(document(node, None))
    }
}

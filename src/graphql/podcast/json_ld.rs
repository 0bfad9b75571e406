//! A podcast as schema.org describes it.

use async_graphql::{Context, Result, Value};
use entity::enums::ContributionRole;
use futures_util::future::{try_join, try_join3};

use super::Podcast;
use crate::domain::{html, web_url};
use crate::graphql::context::description;
use crate::graphql::contribution;
use crate::graphql::json_ld::{
    JsonLd, addresses, document, item, learning_resource, organization, person, topics, type_of,
};
use crate::model::ResourceKind;

impl JsonLd for Podcast {
    async fn json_ld(&self, ctx: &Context<'_>) -> Result<Value> {
        let (podcast, resource) = (&self.0, self.resource_fields());
        let ((people, publisher), topics, (description, same_as)) = try_join3(
            try_join(
                contribution::in_role(ctx, self.row().id, ContributionRole::Host),
                organization(ctx, podcast.publisher_id),
            ),
            topics(ctx, self.row()),
            try_join(description(ctx, &self.as_resource()), addresses(ctx, self.row(), resource)),
        )
        .await?;
        let people: Vec<Value> = people.0.iter().map(|it| person(ctx, &it.0)).collect::<Result<_>>()?;
        let node =
            item(ctx, type_of(ResourceKind::Podcast), self.row(), description.as_deref().map(html::plain), &same_as)?;
        let node = learning_resource(node, self.row(), resource)
            .with("webFeed", podcast.feed_url.as_deref().map(web_url::to_ascii))
            .with_list("author", people)
            .with("publisher", publisher)
            .with_list("about", topics);
        Ok(document(node, None))
    }
}

//! The schema: builds it for direct clients or for a router, and prints it.

use std::sync::OnceLock;

use async_graphql::{MergedObject, SDLExportOptions, Schema, SchemaBuilder};

use super::federation::SubgraphSdl;
use super::registry::{Composition, RegistryHook, Standalone, Subgraph};
use super::subscription::Subscription;
use super::{
    access, book, career, catalog, catalog_import, change, course, federation, mutation, node, party, podcast,
    reading_list, revision, search, topic, tutorial, video,
};
use crate::config::SchemaKind;

/// The fields for reading the catalog. They return only visible objects: published ones or, with the role `READER` and
/// the header `Catalog-Preview: drafts`, all.
#[derive(MergedObject, Default)]
pub struct Query(
    node::NodeQuery,
    career::CareerQuery,
    course::CourseQuery,
    book::BookQuery,
    video::VideoQuery,
    podcast::PodcastQuery,
    tutorial::TutorialQuery,
    topic::TopicQuery,
    party::PersonQuery,
    party::OrganizationQuery,
    reading_list::ReadingListQuery,
    search::SearchQuery,
    search::SuggestQuery,
    change::ChangeQuery,
    catalog::CatalogQuery,
    access::AccessQuery,
    federation::SubgraphQuery,
);

/// The operations that change the catalog. Each requires a role, or fails with the top-level error `UNAUTHENTICATED` or
/// `FORBIDDEN`. Each is a transaction of its own, in the order of the document; invalid input is in `userErrors`.
#[derive(MergedObject, Default)]
pub struct Mutation(
    career::CareerMutation,
    course::CourseMutation,
    book::BookMutation,
    book::BookMergeMutation,
    video::VideoMutation,
    podcast::PodcastMutation,
    tutorial::TutorialMutation,
    topic::TopicMutation,
    party::PersonMutation,
    party::OrganizationMutation,
    mutation::PublishingMutation,
    reading_list::ReadingListMutation,
    revision::RevisionMutation,
    catalog_import::CatalogImportMutation,
    access::ApiTokenMutation,
);

pub type CatalogSchema = Schema<Query, Mutation, Subscription>;
pub type CatalogSchemaBuilder = SchemaBuilder<Query, Mutation, Subscription>;

/// Creates a schema builder. With `suggests`, error messages suggest similar names.
pub fn builder(kind: SchemaKind, suggests: bool) -> CatalogSchemaBuilder {
    let parts = Schema::build(Query::default(), Mutation::default(), Subscription).data(SubgraphSdl(subgraph_sdl));
    let builder = match kind {
        SchemaKind::Standalone => parts.register_output_type::<RegistryHook<Standalone>>(),
        SchemaKind::Subgraph => parts.register_output_type::<RegistryHook<Subgraph>>(),
    };
    if suggests { builder } else { builder.disable_suggestions() }
}

/// The description of the schema.
const DESCRIPTION: &str = "A catalog of learning resources: careers, topics, courses, books, videos, podcasts and \
tutorials, connected by reading lists in which editors explain each recommendation.";

fn layout() -> SDLExportOptions {
    SDLExportOptions::new().include_specified_by().use_space_ident().indent_width(2)
}

/// Prints the schema in the schema definition language. Fields, arguments and values have the order of the code: the
/// most important first, levels from low to high.
#[must_use]
pub fn sdl() -> String {
    sdl_of(&builder(SchemaKind::Standalone, false).finish())
}

/// Prints a schema.
pub fn sdl_of(schema: &CatalogSchema) -> String {
    let sdl = schema.sdl_with_options(layout());
    // async-graphql does not support a description of the schema itself.
    format!("{}\n", sdl.trim().replacen("\nschema {", &format!("\n\"\"\"\n{DESCRIPTION}\n\"\"\"\nschema {{"), 1))
}

/// The subgraph SDL for composition: with the keys, and without the fields that only the router uses. Built once, since
/// a router can query it at any time.
#[must_use]
pub fn subgraph_sdl() -> &'static str {
    static SDL: OnceLock<String> = OnceLock::new();
    SDL.get_or_init(|| {
        let parts = Schema::build(Query::default(), Mutation::default(), Subscription);
        let schema =
            parts.register_output_type::<RegistryHook<Composition>>().enable_subscription_in_federation().finish();
        format!("{}\n", schema.sdl_with_options(layout().federation()).trim())
    })
}

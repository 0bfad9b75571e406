//! The fields that Apollo Federation 2 requires of a subgraph.
//! <https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec>
//!
//! async-graphql has these fields too, but without descriptions and limits, and it answers a single missing entity with
//! an error instead of null. So this module defines the fields, and async-graphql only prints the keys.

mod find;

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaType, MetaTypeId, Registry};
use async_graphql::{
    Context, ContextSelectionSet, Object, OutputType, Positioned, Result, ServerResult, SimpleObject, Value,
};
use futures_util::future::try_join_all;

use super::error::bad_input;
use super::interface::Entity;
use super::list::List;
use super::naming;
use super::representation::Representation;
use crate::model::NodeKind;
use find::find;

/// The maximum number of representations per request.
const MAX_REPRESENTATIONS: usize = 1_000;

/// Returns the key fields of a kind.
fn keys(kind: NodeKind) -> &'static [&'static str] {
    if kind.is_routable() { &["id", "code"] } else { &["id"] }
}

/// Returns the SDL of the subgraph. It is data of the schema, since this module is a part of the schema that it prints.
pub struct SubgraphSdl(pub fn() -> &'static str);

/// The fields for routers.
#[derive(Default)]
pub struct SubgraphQuery;

#[Object]
impl SubgraphQuery {
    /// Fetches entities for the router of a supergraph, in the order of `representations`. An element is null if no
    /// visible entity has the key.
    #[graphql(name = "_entities")]
    async fn entities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The entities to fetch: each `__typename` with an `id` or `code`. Maximum: 1,000.")]
        representations: Vec<Representation>,
    ) -> Result<List<Option<FederationEntity>>> {
        if representations.len() > MAX_REPRESENTATIONS {
            let reason = format!("must have at most {MAX_REPRESENTATIONS} elements, not {}", representations.len());
            return Err(bad_input("representations", reason));
        }
        let found = try_join_all(representations.iter().map(|representation| find(ctx, representation))).await?;
        Ok(found.into_iter().map(|entity| entity.map(FederationEntity)).collect())
    }

    /// The schema of this subgraph, for the router of a supergraph and its composition tools.
    #[graphql(name = "_service")]
    async fn service(&self, ctx: &Context<'_>) -> Result<Service> {
        let SubgraphSdl(sdl) = ctx.data::<SubgraphSdl>()?;
        Ok(Service { sdl: sdl() })
    }
}

/// This subgraph, as the composition of a supergraph reads it.
#[derive(SimpleObject)]
#[graphql(name = "_Service")]
struct Service {
    /// The schema of the subgraph in SDL, with the keys of its entities.
    sdl: &'static str,
}

/// One of the entities.
struct FederationEntity(Entity);

impl FederationEntity {
    const NAME: &'static str = "_Entity";
}

impl OutputType for FederationEntity {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(Self::NAME)
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Union, |_| MetaType::Union {
            name: Self::NAME.to_owned(),
            description: Some("An object that the router of a supergraph can fetch by a key.".to_owned()),
            possible_types: NodeKind::ALL.iter().map(|kind| naming::type_name(kind.type_name()).into_owned()).collect(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: Some(std::any::type_name::<Self>()),
            directive_invocations: Vec::new(),
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        self.0.resolve(ctx, field).await
    }
}

/// Removes the fields and types that only routers use.
pub fn remove_subgraph_fields(registry: &mut Registry) {
    remove_query_fields(registry, &["_entities", "_service"]);
    for name in [FederationEntity::NAME, "_Service", "_Any"] {
        registry.types.remove(name);
    }
}

/// Removes `node` and `nodes`: in a supergraph they would find only the nodes of this subgraph.
pub fn remove_node_fields(registry: &mut Registry) {
    remove_query_fields(registry, &["node", "nodes"]);
}

/// Adds the keys of the entities.
pub fn add_keys(registry: &mut Registry) {
    for (kind, name) in NodeKind::ALL.map(|kind| (kind, kind.type_name())) {
        for key in keys(kind) {
            registry.add_keys(&naming::type_name(name), *key);
        }
    }
}

fn remove_query_fields(registry: &mut Registry, names: &[&str]) {
    if let Some(MetaType::Object { fields, .. }) = registry.types.get_mut("Query") {
        fields.retain(|name, _| !names.contains(&name.as_str()));
    }
}

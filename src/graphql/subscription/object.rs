//! The root type of subscriptions.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::registry::{MetaType, Registry};
use async_graphql::{Context, Error, ID, Object, OutputType, Response, Result, SubscriptionType};
use entity::kind::NodeKind;
use futures_util::stream::{self, Stream};

use crate::domain::node_id;
use crate::graphql::change::Change;
use crate::graphql::context::loaders;
use crate::graphql::enums::ChangeKind;
use crate::graphql::error::bad_input;
use crate::graphql::filter::distinct;
use crate::loader::feed_position;
use crate::model;
use crate::service::feed::ChangeFilter;

/// The phase of a subscription.
pub enum Phase {
    /// The start: the field stores its arguments in the probe.
    Start(ArgumentProbe),
    /// A change that the subscription receives.
    Event(Arc<model::ChangeEvent>),
}

/// Receives the arguments of the field as a filter of changes.
#[derive(Clone, Default)]
pub struct ArgumentProbe(Arc<Mutex<Option<ChangeFilter>>>);

impl ArgumentProbe {
    fn put(&self, filter: ChangeFilter) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(filter);
    }

    pub fn take(&self) -> Option<ChangeFilter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The root type of subscriptions.
pub struct Subscription;

/// Events, delivered over WebSocket (graphql-transport-ws) or as server-sent events.
#[Object]
impl Subscription {
    /// Each change to the catalog, in order, soon after it is committed. Without a preview of drafts, only changes to
    /// objects that are public, or were before the change. Subscribe again after the last `cursor` when the connection
    /// is lost. Fails with `CURSOR_EXPIRED` if changes after `after` were purged, and ends with `SUBSCRIPTION_LAGGED`
    /// if the client is too slow.
    async fn catalog_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns only changes to objects of these kinds. Default: all kinds.")] kinds: Option<
            Vec<ChangeKind>,
        >,
        #[graphql(
            desc = "Delivers only changes to the object with this global id. Default: all objects. For an entry, pass \
                    the id of its reading list."
        )]
        node_id: Option<ID>,
        #[graphql(
            desc = "Starts after this cursor and delivers missed changes first. Default: starts with the next change."
        )]
        after: Option<String>,
    ) -> Result<Change> {
        let probe = match ctx.data::<Phase>()? {
            Phase::Event(change) => return Ok(change.clone().into()),
            Phase::Start(probe) => probe,
        };
        let kinds: Option<Vec<NodeKind>> = kinds.map(|kinds| distinct(kinds.into_iter().map(Into::into)));
        let subject = node_id.map(|id| subject(&id)).transpose()?;
        let after = after.map(|cursor| feed_position(&cursor)).transpose();
        let after = after.map_err(|error| bad_input("after", error))?;
        probe.put(ChangeFilter { kinds, subject, after, scope: loaders(ctx)?.reader().scope() });
        Err(Error::new("nothing has happened yet"))
    }
}

fn subject(id: &ID) -> Result<(NodeKind, String)> {
    let (kind, code) = node_id::parse(id).ok_or_else(|| bad_input("nodeId", "is not a valid id"))?;
    if kind == NodeKind::ReadingListEntry {
        return Err(bad_input(
            "nodeId",
            "is the id of a reading list entry, which has no changes of its own: use the id of its reading list",
        ));
    }
    Ok((kind, code.to_owned()))
}

/// In the main schema the type is only declared. Its stream is empty, since the event schema executes the events.
impl SubscriptionType for Subscription {
    fn type_name() -> Cow<'static, str> {
        <Self as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = <Self as OutputType>::create_type_info(registry);
        if let Some(MetaType::Object { is_subscription, .. }) =
            registry.types.get_mut(&*<Self as OutputType>::type_name())
        {
            *is_subscription = true;
        }
        name
    }

    fn create_field_stream<'a>(
        &'a self,
        _: &'a Context<'_>,
    ) -> Option<Pin<Box<dyn Stream<Item = Response> + Send + 'a>>> {
        Some(Box::pin(stream::empty()))
    }
}

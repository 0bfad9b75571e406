//! Publishing, unpublishing and archiving items of any kind.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use super::{InputReader, Lenient, outcome, user_errors, writer, written};
use crate::graphql::description::description;
use crate::graphql::interface::CatalogItem;
use crate::graphql::list::List;
use crate::graphql::node::entity_by_code;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::UserError;
use crate::service::change::{PublicationRequest, Target, Transition};

/// The item to publish, and when it becomes public.
#[derive(InputObject, Debug)]
pub struct CatalogItemPublishInput {
    #[doc = description!(item_id)]
    id: ID,
    /// When the item becomes public. Default: now. A time in the future schedules the publication; a time in the past
    /// sets `publishedAt` to that time.
    publish_at: MaybeUndefined<Lenient<DateTime>>,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
}

/// The scheduled, published or archived item to make a draft again.
#[derive(InputObject, Debug)]
pub struct CatalogItemUnpublishInput {
    #[doc = description!(item_id)]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
}

/// The draft, scheduled or published item to archive.
#[derive(InputObject, Debug)]
pub struct CatalogItemArchiveInput {
    #[doc = description!(item_id)]
    id: ID,
    #[doc = description!(expected_revision)]
    expected_revision: Option<i32>,
}

/// Defines the payload of a step.
macro_rules! payload {
    ($payload:ident) => {
        /// The result of a change of the publication status: the item as written, or the errors that prevented it.
        #[derive(SimpleObject, Debug)]
        pub struct $payload {
            /// The item in its new status. Null if nothing was written because of `userErrors`.
            item: Option<CatalogItem>,
            #[doc = description!(user_errors)]
            user_errors: List<UserError>,
        }

        impl $payload {
            async fn of(
                ctx: &Context<'_>,
                id: ID,
                expected_revision: Option<i32>,
                to: PublicationRequest,
            ) -> Result<Self> {
                let (item, user_errors) = step(ctx, Target { id: id.0, expected_revision }, to).await?;
                Ok(Self { item, user_errors })
            }
        }
    };
}

payload!(CatalogItemPublishPayload);
payload!(CatalogItemUnpublishPayload);
payload!(CatalogItemArchivePayload);

async fn step(
    ctx: &Context<'_>,
    subject: Target,
    to: PublicationRequest,
) -> Result<(Option<CatalogItem>, List<UserError>)> {
    match outcome(writer(ctx)?.publish(&subject, to).await)? {
        Ok(node) => {
            let found = written(entity_by_code(ctx, node.kind, &node.code).await)?;
            Ok((Some(CatalogItem::new(found)), List(Vec::new())))
        }
        Err(rejections) => Ok((None, user_errors(ctx, rejections).await?)),
    }
}

#[derive(Default)]
pub struct PublishingMutation;

#[Object]
impl PublishingMutation {
    /// Publishes a catalog item now, schedules it for a time in the future, or corrects `publishedAt` of a published
    /// item to a time in the past. Fails with `INVALID_TRANSITION` if a published item is to be published without
    /// `publishAt` or to be scheduled, and with `STALE_REVISION` if `expectedRevision` is not the current one.
    /// Requires the role `EDITOR`.
    async fn catalog_item_publish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item to publish, and the time at which it becomes public.")]
        input: CatalogItemPublishInput,
    ) -> Result<CatalogItemPublishPayload> {
        let mut reader = InputReader::default();
        let at = reader.scalar("publishAt", input.publish_at, |at| at.0).value().copied();
        let step = PublicationRequest { transition: Transition::Publish { at }, violations: reader.violations };
        CatalogItemPublishPayload::of(ctx, input.id, input.expected_revision, step).await
    }

    /// Makes a catalog item a draft again: hides it from readers and clears `publishedAt`. Fails with
    /// `INVALID_TRANSITION` if the item is a draft, and with `STALE_REVISION` if `expectedRevision` is not the current
    /// one. Requires the role `EDITOR`.
    async fn catalog_item_unpublish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item to hide from readers as a draft.")] input: CatalogItemUnpublishInput,
    ) -> Result<CatalogItemUnpublishPayload> {
        let step = PublicationRequest { transition: Transition::Unpublish, violations: Vec::new() };
        CatalogItemUnpublishPayload::of(ctx, input.id, input.expected_revision, step).await
    }

    /// Archives a catalog item: hides it from readers, but keeps `publishedAt` if the item was public. Fails with
    /// `INVALID_TRANSITION` if the item is archived, and with `STALE_REVISION` if `expectedRevision` is not the current
    /// one. Requires the role `EDITOR`.
    async fn catalog_item_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item to archive; it can be published again.")] input: CatalogItemArchiveInput,
    ) -> Result<CatalogItemArchivePayload> {
        let step = PublicationRequest { transition: Transition::Archive, violations: Vec::new() };
        CatalogItemArchivePayload::of(ctx, input.id, input.expected_revision, step).await
    }
}

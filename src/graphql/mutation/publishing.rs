//! Publishing, withdrawing and archiving items of any kind.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use super::{Loose, Reading, outcome, user_errors, writer, written};
use crate::graphql::interface::CatalogItem;
use crate::graphql::list::List;
use crate::graphql::node::with_code;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::UserError;
use crate::service::change::{PublicationRequest, Target, Transition};

/// What is to be published, and when.
#[derive(InputObject, Debug)]
pub struct CatalogItemPublishInput {
    /// The id of a catalog item.
    id: ID,
    /// From when on everybody sees it: now where left out. A time to come schedules it; one that is past is taken as the
    /// date of publication.
    at: MaybeUndefined<Loose<DateTime>>,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
}

/// What is to be made a draft again.
#[derive(InputObject, Debug)]
pub struct CatalogItemUnpublishInput {
    /// The id of a catalog item.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
}

/// What is to be archived.
#[derive(InputObject, Debug)]
pub struct CatalogItemArchiveInput {
    /// The id of a catalog item.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
}

/// Writes the payload of a step: the item, or why not.
macro_rules! payload {
    ($payload:ident) => {
        /// What came of a change.
        #[derive(SimpleObject, Debug)]
        pub struct $payload {
            /// As it is now; null where nothing was written.
            item: Option<CatalogItem>,
            /// What stands against it; empty where it was written.
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
            let found = written(with_code(ctx, node.kind, &node.code).await?)?;
            Ok((Some(CatalogItem::new(found)), List(Vec::new())))
        }
        Err(rejections) => Ok((None, user_errors(ctx, rejections).await?)),
    }
}

#[derive(Default)]
pub struct PublishingMutation;

#[Object]
impl PublishingMutation {
    /// Publishes a catalog item, now or at a given time.
    /// Needs the role EDITOR.
    async fn catalog_item_publish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and when.")] input: CatalogItemPublishInput,
    ) -> Result<CatalogItemPublishPayload> {
        let mut reading = Reading::default();
        let at = reading.scalar("at", input.at, |at| at.0).value().copied();
        let step = PublicationRequest { transition: Transition::Publish { at }, violations: reading.violations };
        CatalogItemPublishPayload::of(ctx, input.id, input.expected_revision, step).await
    }

    /// Makes a catalog item a draft again. Only editors see drafts.
    /// Needs the role EDITOR.
    async fn catalog_item_unpublish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: CatalogItemUnpublishInput,
    ) -> Result<CatalogItemUnpublishPayload> {
        let step = PublicationRequest { transition: Transition::Unpublish, violations: Vec::new() };
        CatalogItemUnpublishPayload::of(ctx, input.id, input.expected_revision, step).await
    }

    /// Archives a catalog item. Readers no longer see it.
    /// Needs the role EDITOR.
    async fn catalog_item_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: CatalogItemArchiveInput,
    ) -> Result<CatalogItemArchivePayload> {
        let step = PublicationRequest { transition: Transition::Archive, violations: Vec::new() };
        CatalogItemArchivePayload::of(ctx, input.id, input.expected_revision, step).await
    }
}

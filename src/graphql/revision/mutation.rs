//! The mutation that restores an earlier state of an object.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use crate::graphql::description::description;
use crate::graphql::interface::Versioned;
use crate::graphql::list::List;
use crate::graphql::mutation::{outcome, restore_errors, writer, written};
use crate::graphql::node::entity_by_code;
use crate::graphql::user_error::UserError;
use crate::service::change::Target;

/// The object to restore, and the revision to restore it to.
#[derive(InputObject, Debug)]
pub struct RevisionRestoreInput {
    /// The id of a catalog item, person or organization, even of a deleted one, or of a reading list. An unknown id
    /// fails with `NOT_FOUND`, the id of another type with `WRONG_TYPE`.
    id: ID,
    /// The `number` of one of the `revisions` of the object; any other fails with `NOT_FOUND`.
    revision: i32,
    /// The last `revision` that you have read; for a deleted object, its last one. If the object has another one by
    /// now, the mutation fails with `STALE_REVISION`. Default: not checked.
    expected_revision: Option<i32>,
}

/// The result of `revisionRestore`: the restored object, or the errors that prevented it.
#[derive(SimpleObject, Debug)]
pub struct RevisionRestorePayload {
    /// The object after the mutation. Null if nothing was written because of `userErrors`.
    node: Option<Versioned>,
    #[doc = description!(user_errors)]
    user_errors: List<UserError>,
}

#[derive(Default)]
pub struct RevisionMutation;

#[Object]
impl RevisionMutation {
    /// Restores an earlier state of an item, a person, an organization or a reading list, as a new revision. The
    /// publication status and all redirects stay as they are. A deleted object gets its id back, an item as a draft and
    /// with its reading list. Fails with `NOT_FOUND` if the state refers to a deleted object, which must be restored
    /// first, with `STALE_REVISION` if `expectedRevision` is not the current one, and with a code such as `TAKEN` or
    /// `CYCLE` if the state conflicts with the current catalog. Requires the role `EDITOR`.
    async fn revision_restore(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object, and the number of the revision to restore.")] input: RevisionRestoreInput,
    ) -> Result<RevisionRestorePayload> {
        let subject = Target { id: input.id.0, expected_revision: input.expected_revision };
        match outcome(writer(ctx)?.restore(&subject, input.revision).await)? {
            Ok(node) => {
                let node = Versioned::new(written(entity_by_code(ctx, node.kind, &node.code).await)?);
                Ok(RevisionRestorePayload { node: Some(node), user_errors: List(Vec::new()) })
            }
            Err(rejections) => {
                Ok(RevisionRestorePayload { node: None, user_errors: restore_errors(ctx, rejections).await? })
            }
        }
    }
}

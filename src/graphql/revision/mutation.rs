//! Making something again what it was.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use crate::graphql::interface::Versioned;
use crate::graphql::list::List;
use crate::graphql::mutation::{outcome, restore_errors, writer, written};
use crate::graphql::node::with_code;
use crate::graphql::user_error::UserError;
use crate::service::change::Target;

/// What is to be as it was, and when that was.
#[derive(InputObject, Debug)]
pub struct RevisionRestoreInput {
    /// The id of a catalog item, person, organization, or reading list. It can be deleted.
    id: ID,
    /// The number of the revision whose state is wanted, as its `revisions` tell it.
    revision: i32,
    /// The revision that you have seen last; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
}

/// What came of restoring.
#[derive(SimpleObject, Debug)]
pub struct RevisionRestorePayload {
    /// As it is now; null where nothing was written.
    node: Option<Versioned>,
    /// What stands against it; empty where it was written.
    user_errors: List<UserError>,
}

#[derive(Default)]
pub struct RevisionMutation;

#[Object]
impl RevisionMutation {
    /// Makes an item, a person, an organization or a reading list as it was, in a new revision. Whether it is published
    /// stays as it is, and every address that leads to it goes on doing so. What was deleted comes back under its id, as a draft
    /// where it is an item, with its reading list. A state that names what is gone is refused: restore that first.
    /// Needs the role EDITOR.
    async fn revision_restore(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of what, and which revision.")] input: RevisionRestoreInput,
    ) -> Result<RevisionRestorePayload> {
        let subject = Target { id: input.id.0, expected_revision: input.expected_revision };
        match outcome(writer(ctx)?.restore(&subject, input.revision).await)? {
            Ok(node) => {
                let node = Versioned::new(written(with_code(ctx, node.kind, &node.code).await?)?);
                Ok(RevisionRestorePayload { node: Some(node), user_errors: List(Vec::new()) })
            }
            Err(rejections) => {
                Ok(RevisionRestorePayload { node: None, user_errors: restore_errors(ctx, rejections).await? })
            }
        }
    }
}

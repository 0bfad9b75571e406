//! The common parts of mutations: permissions, inputs and payloads.
//!
//! A mutation sees drafts, since only editors get payloads, which show what was written. Each root field is a
//! transaction. Its payload is read after the commit, with loaders that do not cache between batches.

mod fields;
mod input_reader;
mod lenient;
mod publishing;
mod record_input;
mod rejection;

use async_graphql::{Context, Error, ErrorExtensions, Result};

pub use fields::{ItemFields, PartyFields, ResourceFields};
pub use input_reader::{InputReader, field, references};
pub use lenient::Lenient;
pub use publishing::PublishingMutation;
pub use record_input::RecordInput;
pub use rejection::{input_name, restore_errors, user_errors};

use super::context::{now, request_data};
use super::error::EXECUTED;
use super::guard;
use crate::loader::ReadError;
use crate::model::NodeKind;
use crate::service::change::{ChangeRequest, Failure, Outcome, Writer};

/// Returns a writer that changes the catalog as the viewer.
///
/// # Errors
/// When the viewer is not an editor.
pub fn writer(ctx: &Context<'_>) -> Result<Writer> {
    let right = guard::editor(ctx)?;
    let data = request_data(ctx)?;
    Ok(Writer::new(data.database.clone(), now(ctx)?, data.rng.clone(), &right))
}

/// Reads an input as a change request for a record of `kind`.
///
/// # Errors
/// When no table describes the kind.
pub fn change_request<T>(input: RecordInput<T>, kind: NodeKind) -> Result<ChangeRequest> {
    input.change_request(kind).ok_or_else(|| Error::new("no field table for this kind"))
}

/// Returns the outcome of a change.
///
/// # Errors
/// When the database fails.
pub fn outcome<T>(changed: std::result::Result<Outcome<T>, Failure>) -> Result<Outcome<T>> {
    Ok(changed.map_err(ReadError::from)?)
}

/// Returns the object that a mutation has written, as it was read after the commit.
///
/// # Errors
/// When the object could not be read, or was not found. The error says that the mutation was executed.
pub fn written<T>(read: Result<Option<T>, impl Into<Error>>) -> Result<T> {
    let found = read.map_err(Into::into).and_then(|found| found.ok_or_else(|| Error::new(NOT_FOUND)));
    found.map_err(|error| error.extend_with(|_, extensions| extensions.set(EXECUTED, true)))
}

/// The message, for the log, if a written object was not found.
const NOT_FOUND: &str = "the written object was not found";

/// Defines the mutations of a type: create, update and delete, with their payloads.
macro_rules! mutations {
    (
        $mutation:ident: $noun:ident as $object:ident,
        $(#[$create_meta:meta])+ $create:ident($create_input:ident) -> $create_payload:ident,
        $(#[$update_meta:meta])+ $update:ident($update_input:ident) -> $update_payload:ident,
        $(#[$delete_meta:meta])+ $delete:ident($delete_input:ident) -> $delete_payload:ident $(,)?
    ) => {
        #[doc = concat!("The ", stringify!($noun), " to delete, and whether to remove the references to it.")]
        #[derive(async_graphql::InputObject, Debug)]
        pub struct $delete_input {
            #[doc = $crate::graphql::description::description!(id to "delete")]
            id: async_graphql::ID,
            #[doc = $crate::graphql::description::description!(expected_revision)]
            expected_revision: Option<i32>,
            /// Whether to remove all references to the object from other objects, which gives each of those a new
            /// revision. If false, the mutation fails with `IN_USE` if there are any. Default: false.
            #[graphql(default)]
            force: bool,
        }

        $crate::graphql::mutation::mutations!(@payload $create_payload, $noun, $object);
        $crate::graphql::mutation::mutations!(@payload $update_payload, $noun, $object);

        #[doc = concat!("The result of a deletion: the id of the ", stringify!($noun), ", or the errors that prevented it.")]
        #[derive(async_graphql::SimpleObject, Debug)]
        pub struct $delete_payload {
            /// The id of the deleted object, as given in the input. Null if nothing was deleted.
            deleted_id: Option<async_graphql::ID>,
            #[doc = $crate::graphql::description::description!(user_errors)]
            user_errors: $crate::graphql::list::List<$crate::graphql::user_error::UserError>,
        }

        #[derive(Default)]
        pub struct $mutation;

        #[async_graphql::Object]
        impl $mutation {
            $(#[$create_meta])+
            /// Each invalid field is a user error, such as `REQUIRED`, `TOO_LONG` or `TAKEN`, and then nothing is written.
            /// Requires the role `EDITOR`.
            async fn $create(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "The fields of the new object. Omitted fields have no value.")]
                input: $crate::graphql::mutation::RecordInput<$create_input>,
            ) -> async_graphql::Result<$create_payload> {
                let request = $crate::graphql::mutation::change_request(input, $crate::model::NodeKind::$object)?;
                let changed = $crate::graphql::mutation::writer(ctx)?.create(request).await;
                $create_payload::of(ctx, $crate::graphql::mutation::outcome(changed)?).await
            }

            $(#[$update_meta])+
            /// An omitted field is unchanged, and null clears an optional field. Each invalid field is a user error,
            /// such as `REQUIRED`, `TOO_LONG` or `TAKEN`. Fails with `STALE_REVISION` if `expectedRevision` is not the
            /// current one. After an error, nothing is written. If nothing differs, no revision is written.
            /// Requires the role `EDITOR`.
            async fn $update(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "The id of the object, and the fields to change.")]
                input: $crate::graphql::mutation::RecordInput<$update_input>,
            ) -> async_graphql::Result<$update_payload> {
                let subject = input.subject();
                let request = $crate::graphql::mutation::change_request(input, $crate::model::NodeKind::$object)?;
                let changed = $crate::graphql::mutation::writer(ctx)?.update(&subject, request).await;
                $update_payload::of(ctx, $crate::graphql::mutation::outcome(changed)?).await
            }

            $(#[$delete_meta])+
            /// Fails with `STALE_REVISION` if `expectedRevision` is not the current one. `revisionRestore` can bring the
            /// object back.
            /// Requires the role `EDITOR`.
            async fn $delete(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "The id of the object to delete, and how to treat references to it.")] input: $delete_input,
            ) -> async_graphql::Result<$delete_payload> {
                let kind = $crate::model::NodeKind::$object;
                let subject =
                    $crate::service::change::Target { id: input.id.0, expected_revision: input.expected_revision };
                let deletion = $crate::service::change::Deletion { kind, force: input.force };
                let changed = $crate::graphql::mutation::writer(ctx)?.delete(&subject, deletion).await;
                let (deleted_id, rejections) = match $crate::graphql::mutation::outcome(changed)? {
                    Ok(_) => (Some(subject.id.into()), Vec::new()),
                    Err(rejections) => (None, rejections),
                };
                let user_errors = $crate::graphql::mutation::user_errors(ctx, rejections).await?;
                Ok($delete_payload { deleted_id, user_errors })
            }
        }
    };

    (@payload $payload:ident, $noun:ident, $object:ident) => {
        #[doc = concat!("The result of a mutation: the ", stringify!($noun), " as written, or the errors that prevented it.")]
        #[derive(async_graphql::SimpleObject, Debug)]
        pub struct $payload {
            #[doc = concat!("The ", stringify!($noun), " after the mutation. Null if nothing was written because of `userErrors`.")]
            $noun: Option<$object>,
            #[doc = $crate::graphql::description::description!(user_errors)]
            user_errors: $crate::graphql::list::List<$crate::graphql::user_error::UserError>,
        }

        impl $payload {
            async fn of(
                ctx: &async_graphql::Context<'_>,
                outcome: $crate::service::change::Outcome,
            ) -> async_graphql::Result<Self> {
                let (found, rejections) = match outcome {
                    Ok(node) => {
                        let read = $crate::graphql::lookup::by_code(ctx, &node.code).await;
                        (Some($crate::graphql::mutation::written(read)?), Vec::new())
                    }
                    Err(rejections) => (None, rejections),
                };
                let user_errors = $crate::graphql::mutation::user_errors(ctx, rejections).await?;
                Ok(Self { $noun: found.map($object), user_errors })
            }
        }
    };
}
pub(super) use mutations;

//! Problems that the caller of a mutation can correct: data of its payload, beside the top-level errors.

use async_graphql::{Enum, Interface, SimpleObject};

use super::description::description;
use super::interface::{Entity, Node, Versioned};
use super::list::List;
use crate::service::write::{Violation, ViolationCode};

/// The category of a user error, and the correction that it calls for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserErrorCode {
    /// A required value is missing, null or empty. Provide one.
    Required,
    /// The value is malformed, out of range, repeated in its list, or not allowed here. `message` says what is
    /// accepted.
    Invalid,
    /// The text has too many characters. Shorten it to the maximum in `message`.
    TooLong,
    /// The list has too many elements, or the tree of topics too many levels. Remove some; `message` has the maximum.
    TooMany,
    /// Another object of the type has this slug, external id or ISBN, or redirects from it. Choose another value.
    Taken,
    /// The object or revision that the value refers to does not exist. Check the id, or create or restore the object
    /// first.
    NotFound,
    /// The id belongs to an object of another type. Pass the id of one of the types in `message`.
    WrongType,
    /// The reading list already has an entry for the resource. Move or update that entry; `message` has its id.
    AlreadyListed,
    /// A course would require itself, or a topic be its own ancestor. Remove one of the references listed in `message`.
    Cycle,
    /// Other objects refer to the object to delete. Remove the references, or delete with `force`. See `InUseError`.
    InUse,
    /// The publication status of the item does not allow the change, for example because the item has the requested
    /// status already.
    InvalidTransition,
    /// The object has changed since it was read. Read it again, reapply the change, and send the new
    /// `expectedRevision`.
    StaleRevision,
}

/// A problem that the caller of a mutation can correct. Unless the mutation says otherwise, nothing was written.
#[derive(Interface, Clone, Debug)]
#[graphql(
    field(name = "code", ty = "&UserErrorCode", desc = "The category of the problem, for programs."),
    field(
        name = "message",
        ty = "&String",
        desc = "The problem and its remedy in English, for people. Programs should use `code` and `path`."
    ),
    field(
        name = "path",
        ty = "&Vec<String>",
        desc = "The path of the invalid value in the arguments, such as `[\"input\", \"isbn13\"]`; list indexes \
                count from 0."
    )
)]
pub enum UserError {
    Input(InputError),
    Stale(StaleRevisionError),
    InUse(InUseError),
}

/// An invalid value in the input. `path` leads to it, for example to mark a field of a form.
#[derive(SimpleObject, Clone, Debug)]
pub struct InputError {
    #[doc = description!(code)]
    code: UserErrorCode,
    #[doc = description!(message)]
    message: String,
    #[doc = description!(path)]
    path: Vec<String>,
}

/// The object has another revision than `expectedRevision`: it has changed since the caller read it.
#[derive(SimpleObject, Clone, Debug)]
pub struct StaleRevisionError {
    /// Always `STALE_REVISION`.
    code: UserErrorCode,
    #[doc = description!(message)]
    message: String,
    /// Always `["input", "expectedRevision"]`.
    path: Vec<String>,
    /// The current revision, or the last one if the object is deleted. Send it as `expectedRevision` to retry.
    current_revision: i32,
    /// The current state of the object, on which to base the change. Null if the object is deleted.
    current: Option<Versioned>,
}

/// The object to delete is in use: other objects refer to it.
#[derive(SimpleObject, Clone, Debug)]
pub struct InUseError {
    /// Always `IN_USE`.
    code: UserErrorCode,
    #[doc = description!(message)]
    message: String,
    /// Always `["input", "id"]`.
    path: Vec<String>,
    /// The first 20 objects that refer to it: reading list entries, then items.
    used_by: List<Node>,
    /// The number of all objects that refer to it, including those beyond the first 20.
    used_by_count: i32,
}

impl UserError {
    /// An error of a value of the input. `path` is relative to `input`.
    pub fn input(code: UserErrorCode, path: &[&str], message: impl Into<String>) -> Self {
        Self::Input(InputError { code, message: message.into(), path: in_input(path) })
    }

    /// The error if `expectedRevision` is not the current revision.
    #[must_use]
    pub fn stale(current_revision: i32, current: Option<Entity>) -> Self {
        let remedy = if current.is_some() {
            "read the current revision, and apply your change to it"
        } else {
            "the object was deleted"
        };
        Self::Stale(StaleRevisionError {
            code: UserErrorCode::StaleRevision,
            message: format!("expectedRevision does not match the current revision {current_revision}: {remedy}"),
            path: in_input(&["expectedRevision"]),
            current_revision,
            current: current.map(Versioned::new),
        })
    }

    /// The error if `count` objects refer to the object. `used_by` are the first of them.
    pub fn in_use(used_by: impl IntoIterator<Item = Entity>, count: i32, message: impl Into<String>) -> Self {
        Self::InUse(InUseError {
            code: UserErrorCode::InUse,
            message: message.into(),
            path: in_input(&["id"]),
            used_by: used_by.into_iter().map(Node::new).collect(),
            used_by_count: count,
        })
    }
}

fn in_input(path: &[&str]) -> Vec<String> {
    ["input"].iter().chain(path).map(|part| (*part).to_owned()).collect()
}

impl From<Violation> for UserError {
    fn from(violation: Violation) -> Self {
        let message = format!("{} {}", violation.field, violation.reason);
        Self::input(violation.code.into(), &[&violation.field], message)
    }
}

impl From<ViolationCode> for UserErrorCode {
    fn from(code: ViolationCode) -> Self {
        match code {
            ViolationCode::Required => Self::Required,
            ViolationCode::Invalid => Self::Invalid,
            ViolationCode::TooLong => Self::TooLong,
            ViolationCode::TooMany => Self::TooMany,
            ViolationCode::Taken => Self::Taken,
            ViolationCode::NotFound => Self::NotFound,
            ViolationCode::WrongType => Self::WrongType,
            ViolationCode::AlreadyListed => Self::AlreadyListed,
            ViolationCode::Cycle => Self::Cycle,
            ViolationCode::InvalidTransition => Self::InvalidTransition,
        }
    }
}

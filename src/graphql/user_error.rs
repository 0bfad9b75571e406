//! What the caller of a mutation can mend: data of its payload, beside the top-level errors.

use async_graphql::{Enum, Interface, SimpleObject};

use super::interface::{Entity, Node, Versioned};
use super::list::List;
use crate::service::write::{Violation, ViolationCode};

/// What sort of mistake it is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserErrorCode {
    /// Something is missing that cannot be.
    Required,
    /// It cannot be taken as it is.
    Invalid,
    /// The text is too long.
    TooLong,
    /// The list is too long.
    TooMany,
    /// Something else has it already.
    Taken,
    /// There is nothing that it names.
    NotFound,
    /// It names something of another kind.
    WrongKind,
    /// The reading list has it already.
    AlreadyListed,
    /// It would lead back to itself.
    Cycle,
    /// Something else needs it.
    InUse,
    /// It cannot go from where it is to where it is wanted.
    InvalidTransition,
    /// It was changed since it was read.
    StaleRevision,
}

/// Something that the caller can mend. Nothing was written.
#[derive(Interface, Clone, Debug)]
#[graphql(
    field(name = "code", ty = "&UserErrorCode", desc = "What sort of mistake it is."),
    field(name = "message", ty = "&String", desc = "What to mend, in English."),
    field(
        name = "path",
        ty = "&Option<Vec<String>>",
        desc = "Where in the arguments it is: `[\"input\", \"isbn13\"]`; null where it is in no one place."
    )
)]
pub enum UserError {
    Input(InputError),
    Stale(StaleRevisionError),
    InUse(InUseError),
}

/// Something in the input that cannot be taken.
#[derive(SimpleObject, Clone, Debug)]
pub struct InputError {
    /// What sort of mistake it is.
    code: UserErrorCode,
    /// What to mend, in English.
    message: String,
    /// Where in the arguments it is: `["input", "isbn13"]`; null where it is in no one place.
    path: Option<Vec<String>>,
}

/// What was to be changed has been changed by somebody else since it was read.
#[derive(SimpleObject, Clone, Debug)]
pub struct StaleRevisionError {
    /// What sort of mistake it is.
    code: UserErrorCode,
    /// What to mend, in English.
    message: String,
    /// Where in the arguments it is: `["input", "expectedRevision"]`.
    path: Option<Vec<String>>,
    /// The revision that it is at now.
    current_revision: i32,
    /// What it is like now; null where it is gone.
    current: Option<Versioned>,
}

/// What was to be deleted is needed by something else.
#[derive(SimpleObject, Clone, Debug)]
pub struct InUseError {
    /// What sort of mistake it is.
    code: UserErrorCode,
    /// What to mend, in English.
    message: String,
    /// Where in the arguments it is: `["input", "id"]`.
    path: Option<Vec<String>>,
    /// What needs it: the first 20.
    used_by: List<Node>,
    /// How many need it.
    used_by_count: i32,
}

impl UserError {
    /// A mistake at a place in the input, which `path` leads to from `input` on.
    pub fn input(code: UserErrorCode, path: &[&str], message: impl Into<String>) -> Self {
        Self::Input(InputError { code, message: message.into(), path: Some(in_input(path)) })
    }

    /// `expectedRevision` is not the revision that the thing is at.
    #[must_use]
    pub fn stale(current_revision: i32, current: Option<Entity>) -> Self {
        let remedy = if current.is_some() {
            "read it again and lay your change over what is there now"
        } else {
            "with that it was deleted"
        };
        Self::Stale(StaleRevisionError {
            code: UserErrorCode::StaleRevision,
            message: format!("expectedRevision is not the current revision, which is {current_revision}: {remedy}"),
            path: Some(in_input(&["expectedRevision"])),
            current_revision,
            current: current.map(Versioned::new),
        })
    }

    /// Something is needed by `count` others, of which these are the first.
    pub fn in_use(used_by: impl IntoIterator<Item = Entity>, count: i32, message: impl Into<String>) -> Self {
        Self::InUse(InUseError {
            code: UserErrorCode::InUse,
            message: message.into(),
            path: Some(in_input(&["id"])),
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
            ViolationCode::WrongKind => Self::WrongKind,
            ViolationCode::AlreadyListed => Self::AlreadyListed,
            ViolationCode::Cycle => Self::Cycle,
            ViolationCode::InvalidTransition => Self::InvalidTransition,
        }
    }
}

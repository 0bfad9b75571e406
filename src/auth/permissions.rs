//! Permissions as proof types: a function that needs a permission takes it as an argument, and only a viewer with the
//! role can create it.

use super::Identity;

/// The permission to edit the catalog. The history records the name.
#[derive(Clone, Debug)]
pub struct Editor {
    identity: Identity,
    name: String,
}

impl Editor {
    pub(super) fn new(identity: &Identity, name: &str) -> Self {
        Self { identity: identity.clone(), name: name.to_owned() }
    }

    /// Returns the identity of the caller.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the name of the caller.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The permission to create, list and revoke tokens.
#[derive(Clone, Debug)]
pub struct Administrator {
    name: String,
}

impl Administrator {
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    /// Returns the permission of an operator on the command line, who can write to the database anyway.
    #[must_use]
    pub fn operator() -> Self {
        Self::named("command line")
    }

    /// Returns the name of the caller.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

//! Rights as values: what needs one takes it as an argument, and only who has the role can hand it out.

use super::Identity;

/// The right to write content. The name goes into the history.
#[derive(Clone, Debug)]
pub struct Editor {
    identity: Identity,
    name: String,
}

impl Editor {
    pub(super) fn new(identity: &Identity, name: &str) -> Self {
        Self { identity: identity.clone(), name: name.to_owned() }
    }

    /// The identity of the caller.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Who has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The right to make, list and revoke tokens.
#[derive(Clone, Debug)]
pub struct Administrator {
    name: String,
}

impl Administrator {
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    /// Whoever can start this program against the database: they could write into its tables as well.
    #[must_use]
    pub fn operator() -> Self {
        Self::named("command line")
    }

    /// Who has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

//! The identity of a caller, as opposed to the display name, which is not unique.

use super::token;

/// The identity of a caller. Two tokens have the same identity if they are the same API token, or belong to the same
/// subject of the same issuer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity(String);

impl Identity {
    /// Returns the identity of the API token with this code. Its text is the id of the token.
    #[must_use]
    pub fn api_token(code: &str) -> Self {
        Self(token::id(code))
    }

    /// Returns the identity of a subject of an issuer.
    #[must_use]
    pub fn subject(issuer: &str, subject: &str) -> Self {
        Self(format!("subject {issuer:?} {subject:?}"))
    }

    /// Returns the identity of a caller with a name but no subject from the issuer.
    #[must_use]
    pub fn named(issuer: &str, name: &str) -> Self {
        Self(format!("name {issuer:?} {name:?}"))
    }

    /// Returns a text that is unique to this identity.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

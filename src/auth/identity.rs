//! The identity of a caller, as opposed to the display name, which is not unique.

/// The identity of a caller. Two tokens have the same identity if they are the same API token, or belong to the same
/// subject of the same issuer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity(String);

impl Identity {
    /// Returns the identity of the API token with this primary key.
    #[must_use]
    pub fn api_token(id: i64) -> Self {
        Self(format!("token {id}"))
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

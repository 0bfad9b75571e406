//! Who somebody is, as opposed to what they are called: two people may have one name, and anybody may choose theirs.

/// Who somebody is. Equal for two tokens exactly if they are one API token, or of one subject of one issuer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity(String);

impl Identity {
    /// The API token with this primary key.
    #[must_use]
    pub fn api_token(id: i64) -> Self {
        Self(format!("token {id}"))
    }

    /// A subject of an issuer of JWTs.
    #[must_use]
    pub fn subject(issuer: &str, subject: &str) -> Self {
        Self(format!("subject {issuer:?} {subject:?}"))
    }

    /// Somebody whom the issuer gives a name and no subject.
    #[must_use]
    pub fn named(issuer: &str, name: &str) -> Self {
        Self(format!("name {issuer:?} {name:?}"))
    }

    /// A text that no other identity has.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

//! The errors of authentication, in words for the client.

/// Why a token is rejected. The holder of the token reads the message: it names the remedy, and reveals nothing about
/// valid tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    #[error("The Authorization header is malformed: send it once, as Bearer and the token, separated by a space.")]
    Header,
    #[error("The token is malformed: an API token begins with syl_, a JWT has three parts separated by dots.")]
    Malformed,
    #[error("The token is unknown: check that it is complete, and meant for this server.")]
    Unknown,
    #[error("The token was revoked: ask an administrator for a new one.")]
    Revoked,
    #[error("The token has expired: get a new one.")]
    Expired,
    #[error("The token is not valid yet: check the clock of its issuer.")]
    NotYetValid,
    #[error("The token has no exp claim.")]
    NoExpiry,
    #[error("The server does not accept JWTs, because it has no identity provider: use an API token.")]
    NoProvider,
    #[error("The signature algorithm of the token is not accepted: use the asymmetric algorithm of its key.")]
    Algorithm,
    #[error("The token is signed with a key that the identity provider does not publish.")]
    Key,
    #[error("The signature of the token is invalid.")]
    Signature,
    #[error("The issuer of the token is not accepted.")]
    Issuer,
    #[error("The audience of the token is not accepted.")]
    Audience,
    #[error("The token has no sub claim.")]
    NoSubject,
    /// The token cannot be checked at the moment.
    #[error("The token cannot be checked at the moment: retry later.")]
    Unavailable,
}

//! The errors of authentication, in words for the client.

/// Why a token is rejected. The holder of the token reads the message: it names the remedy, and reveals nothing about
/// valid tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    #[error("The header Authorization cannot be read: send it once, as Bearer, a blank and the token.")]
    Header,
    #[error("This is no token: an API token begins with syl_, a JWT has three parts with dots between them.")]
    Malformed,
    #[error("This token is not known here: check that it was copied whole and is meant for this server.")]
    Unknown,
    #[error("The token was revoked: ask an administrator for another.")]
    Revoked,
    #[error("The token has expired: get a new one.")]
    Expired,
    #[error("The token is not valid yet: check the clocks.")]
    NotYetValid,
    #[error("The token says not until when it is valid: it needs the claim exp.")]
    NoExpiry,
    #[error("This server takes no JWTs, as no identity provider is set: use an API token.")]
    NoProvider,
    #[error("The token is signed in a way that is not taken: it needs an asymmetric algorithm, the one of its key.")]
    Algorithm,
    #[error("The token is signed with a key that the identity provider does not publish.")]
    Key,
    #[error("The token's signature is wrong.")]
    Signature,
    #[error("The token comes from another issuer than the one that is set here.")]
    Issuer,
    #[error("The token is meant for another audience.")]
    Audience,
    #[error("The token names nobody: it needs the claim sub.")]
    NoSubject,
    /// The token cannot be checked at the moment.
    #[error("Tokens cannot be checked right now: try again in a moment.")]
    Unavailable,
}

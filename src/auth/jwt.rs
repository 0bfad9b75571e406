//! JWTs of the team's own identity provider: signed by one of its keys, from this issuer, for this audience, not expired.
//!
//! The provider's keys are read from a file or a URL and read again as they change ([`key_set`]). Which algorithm a
//! signature may have is decided by the key, never by the token ([`key`]). A claim says which roles somebody has
//! ([`RoleMap`]).

mod claims;
mod jwks_source;
mod key;
mod key_set;
mod provider;
mod roles;

pub use jwks_source::JwksSource;
pub use provider::IdentityProvider;
pub use roles::RoleMap;

/// Whose JWTs are taken, and how they are read.
#[derive(Clone, Debug)]
pub struct JwtSettings {
    /// What the claim `iss` must be.
    pub issuer: String,
    /// What must be in the claim `aud`.
    pub audience: String,
    /// Where the provider's public keys are.
    pub jwks: JwksSource,
    /// The claim that names roles or groups; dots lead into objects.
    pub roles_claim: String,
    /// The claim that says what the history calls somebody; `sub` where a token has none.
    pub name_claim: String,
    /// Which roles the values of the claim stand for.
    pub role_map: RoleMap,
}

//! JWTs of an identity provider: signed by one of its keys, from the configured issuer, for the configured audience,
//! and not expired.
//!
//! The keys come from a file or a URL, and are refreshed ([`key_set`]). The key, never the token, determines the
//! algorithm of a signature ([`key`]). A claim holds the roles of the subject ([`RoleMap`]).

mod claims;
mod jwks_source;
mod key;
mod key_set;
mod provider;
mod roles;

pub use jwks_source::JwksSource;
pub use provider::IdentityProvider;
pub use roles::RoleMap;

/// The configuration of an identity provider.
#[derive(Clone, Debug)]
pub struct JwtSettings {
    /// The required value of the claim `iss`.
    pub issuer: String,
    /// The value that the claim `aud` must contain.
    pub audience: String,
    /// The source of the public keys.
    pub jwks: JwksSource,
    /// The claim with the roles or groups. Dots select nested fields.
    pub roles_claim: String,
    /// The claim with the name for the history. Tokens without it use `sub`.
    pub name_claim: String,
    /// Maps the values of the roles claim to roles.
    pub role_map: RoleMap,
}

//! Authentication and authorization.
//!
//! [`Authenticator`] converts a token, a [`Secret`], into a [`Viewer`]: it accepts the API tokens of the database
//! ([`token`]) and, if an identity provider is configured, its JWTs ([`jwt`]). A permission is a value that only a
//! viewer with the role can create ([`Editor`], [`Administrator`]); an operation that needs the permission takes the
//! value as an argument.

mod authenticator;
mod error;
mod identity;
pub mod jwt;
mod last_used;
mod permissions;
mod secret;
pub mod token;
mod viewer;

pub use authenticator::Authenticator;
pub use entity::enums::Role;
pub use error::AuthError;
pub use identity::Identity;
pub use permissions::{Administrator, Editor};
pub use secret::Secret;
pub use viewer::Viewer;

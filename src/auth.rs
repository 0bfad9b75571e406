//! Who is asking, and what they may do.
//!
//! A token comes in as a [`Secret`] and leaves as a [`Viewer`]: [`Authenticator`] knows the API tokens of the database
//! ([`token`]) and, where the settings name an identity provider, its JWTs ([`jwt`]). What a viewer may do is a value that
//! only a viewer with the role can hand out ([`Editor`], [`Administrator`]): what needs the right asks for the value.

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

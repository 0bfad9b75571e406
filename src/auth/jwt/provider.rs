//! Verifies the JWTs of one identity provider.

use jsonwebtoken::decode_header;

use super::key_set::KeySet;
use super::{JwtSettings, claims};
use crate::auth::{AuthError, Secret, Viewer};
use crate::clock::Clock;

/// The maximum length of a JWT, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// One identity provider.
pub struct IdentityProvider {
    settings: JwtSettings,
    keys: KeySet,
    clock: Clock,
}

impl IdentityProvider {
    #[must_use]
    pub fn new(settings: JwtSettings, clock: Clock) -> Self {
        let keys = KeySet::new(settings.jwks.clone(), clock.clone());
        Self { settings, keys, clock }
    }

    /// Fetches the keys before the first token needs them.
    pub async fn warm_up(&self) {
        self.keys.keys(|_| true).await;
    }

    /// Returns the viewer that a token authenticates.
    ///
    /// # Errors
    /// Returns an error if the token is invalid, or the keys are unavailable.
    pub async fn authenticate(&self, token: &Secret) -> Result<Viewer, AuthError> {
        let token = token.expose();
        if token.len() > MAX_LENGTH {
            return Err(AuthError::Malformed);
        }
        // Rejects `none` and unknown algorithms: the header cannot be decoded.
        let header = decode_header(token).map_err(|_| AuthError::Algorithm)?;
        // A recipient must reject critical extensions that it does not support, and this one supports none.
        if header.crit.is_some() {
            return Err(AuthError::Algorithm);
        }
        let id = header.kid.as_deref();
        let keys = self.keys.keys(|key| key.matches_id(id)).await.ok_or(AuthError::Unavailable)?;
        let mut error = AuthError::Key;
        for key in keys.iter().filter(|key| key.matches_id(id)) {
            if !key.allows(header.alg) {
                error = AuthError::Algorithm;
            } else if let Some(claims) = key.claims(token, header.alg) {
                return claims::verify(&claims, &self.settings, self.clock.now());
            } else {
                error = AuthError::Signature;
            }
        }
        Err(error)
    }
}

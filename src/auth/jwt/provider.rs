//! Reads the JWTs of one identity provider.

use jsonwebtoken::decode_header;

use super::key_set::KeySet;
use super::{JwtSettings, claims};
use crate::auth::{Refused, Secret, Viewer};
use crate::clock::Clock;

/// Bytes that a JWT may have.
const LIMIT: usize = 16 * 1024;

/// One identity provider.
pub struct Provider {
    settings: JwtSettings,
    keys: KeySet,
    clock: Clock,
}

impl Provider {
    #[must_use]
    pub fn new(settings: JwtSettings, clock: Clock) -> Self {
        let keys = KeySet::new(settings.jwks.clone(), clock.clone());
        Self { settings, keys, clock }
    }

    /// Reads the keys ahead of the first token.
    pub async fn prepare(&self) {
        self.keys.keys(|_| true).await;
    }

    /// Who holds this token.
    ///
    /// # Errors
    /// When it is not taken, or the keys cannot be had.
    pub async fn viewer(&self, token: &Secret) -> Result<Viewer, Refused> {
        let token = token.expose();
        if token.len() > LIMIT {
            return Err(Refused::Malformed);
        }
        // `none` and whatever else is no algorithm of ours ends here: the header cannot be read then.
        let header = decode_header(token).map_err(|_| Refused::Algorithm)?;
        // What is critical to the issuer would have to be understood here, and nothing of it is.
        if header.crit.is_some() {
            return Err(Refused::Algorithm);
        }
        let id = header.kid.as_deref();
        let keys = self.keys.keys(|key| key.is_named(id)).await.ok_or(Refused::Unavailable)?;
        let mut refused = Refused::Key;
        for key in keys.iter().filter(|key| key.is_named(id)) {
            if !key.allows(header.alg) {
                refused = Refused::Algorithm;
            } else if let Some(claims) = key.claims(token, header.alg) {
                return claims::viewer(&claims, &self.settings, self.clock.now());
            } else {
                refused = Refused::Signature;
            }
        }
        Err(refused)
    }
}

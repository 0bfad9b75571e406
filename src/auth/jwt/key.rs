//! A public key of the identity provider, and the algorithms that it can verify.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::Value;

use super::claims::Claims;

/// A public key.
pub struct Key {
    id: Option<String>,
    /// The algorithms of its signatures. Never empty, and never symmetric: a public key is not a shared secret.
    algorithms: Vec<Algorithm>,
    public: DecodingKey,
}

impl Key {
    /// Reads a key of a JWKS. Returns `None` if it cannot verify signatures.
    pub fn read(jwk: &Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(jwk.clone()).ok()?;
        if !is_signing_key(&jwk) {
            return None;
        }
        let mut algorithms = supported_algorithms(&jwk.algorithm).to_vec();
        if let Some(named) = jwk.common.key_algorithm {
            algorithms.retain(|algorithm| KeyAlgorithm::from(*algorithm) == named);
        }
        let public = DecodingKey::from_jwk(&jwk).ok()?;
        (!algorithms.is_empty()).then_some(Self { id: jwk.common.key_id, algorithms, public })
    }

    /// Returns whether a token with this key id can be signed by the key. Every key matches a token without a key id.
    pub fn matches_id(&self, id: Option<&str>) -> bool {
        id.is_none() || self.id.as_deref() == id
    }

    pub fn allows(&self, algorithm: Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }

    /// Returns the claims of a token if this key signed it.
    pub fn claims(&self, token: &str, algorithm: Algorithm) -> Option<Claims> {
        // Verify only the signature: `claims` checks the claims, with the injected clock.
        let mut validation = Validation::new(algorithm);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        decode::<Claims>(token, &self.public, &validation).ok().map(|token| token.claims)
    }
}

fn is_signing_key(jwk: &Jwk) -> bool {
    let use_fits = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let operations = jwk.common.key_operations.as_deref();
    use_fits && operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify))
}

/// Returns the algorithms that a key of this type supports.
fn supported_algorithms(parameters: &AlgorithmParameters) -> &'static [Algorithm] {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    match parameters {
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => &[ES256],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => &[ES384],
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => &[EdDSA],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn algorithms(jwk: &Value) -> Option<Vec<Algorithm>> {
        Key::read(jwk).map(|key| key.algorithms)
    }

    #[test]
    fn the_key_determines_the_algorithm() {
        let rsa = json!({"kty": "RSA", "n": "sXch", "e": "AQAB"});
        assert_eq!(algorithms(&rsa).map(|all| all.len()), Some(6));
        let with = |name: &str, value: Value| {
            let mut jwk = rsa.clone();
            jwk[name] = value;
            algorithms(&jwk)
        };
        assert_eq!(with("alg", json!("RS256")), Some(vec![Algorithm::RS256]));
        assert_eq!(with("use", json!("sig")).map(|all| all.len()), Some(6));
        assert_eq!(with("key_ops", json!(["verify"])).map(|all| all.len()), Some(6));
        for (name, value) in [
            ("alg", json!("HS256")),
            ("alg", json!("ES256")),
            ("alg", json!("RSA-OAEP")),
            ("alg", json!("none")),
            ("use", json!("enc")),
            ("key_ops", json!(["encrypt"])),
        ] {
            assert_eq!(with(name, value.clone()), None, "{name} {value}");
        }
    }

    #[test]
    fn unsupported_keys_are_skipped() {
        for jwk in [
            json!({"kty": "oct", "k": "c2VjcmV0"}),
            json!({"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}),
            json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"}),
            json!({"kty": "OKP", "crv": "X25519", "x": "AA"}),
            json!({"kty": "future"}),
            json!("a text"),
        ] {
            assert_eq!(algorithms(&jwk), None, "{jwk}");
        }
    }
}

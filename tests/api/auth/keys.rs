//! Generated keys of an identity provider, and tokens that they sign.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

/// A key pair.
pub struct Pair {
    pub id: String,
    pub algorithm: Algorithm,
    private: EncodingKey,
}

impl Pair {
    pub fn es256(id: &str) -> Self {
        Self::ec(id, Algorithm::ES256, &ECDSA_P256_SHA256_FIXED_SIGNING)
    }

    pub fn es384(id: &str) -> Self {
        Self::ec(id, Algorithm::ES384, &ECDSA_P384_SHA384_FIXED_SIGNING)
    }

    fn ec(id: &str, algorithm: Algorithm, curve: &'static EcdsaSigningAlgorithm) -> Self {
        let document = EcdsaKeyPair::generate_pkcs8(curve, &SystemRandom::new()).expect("there is randomness");
        Self { id: id.to_owned(), algorithm, private: EncodingKey::from_ec_der(document.as_ref()) }
    }

    pub fn ed25519(id: &str) -> Self {
        let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).expect("there is randomness");
        Self { id: id.to_owned(), algorithm: Algorithm::EdDSA, private: EncodingKey::from_ed_der(document.as_ref()) }
    }

    pub fn rsa(id: &str, algorithm: Algorithm) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("there is randomness");
        let document: Pkcs8V1Der = pair.as_der().expect("it can be written");
        // PKCS #8 wraps PKCS #1 behind 26 bytes, for a key of this size.
        Self { id: id.to_owned(), algorithm, private: EncodingKey::from_rsa_der(&document.as_ref()[26..]) }
    }

    /// Returns the same key with another algorithm.
    pub fn with(&self, algorithm: Algorithm) -> Self {
        Self { id: self.id.clone(), algorithm, private: self.private.clone() }
    }

    /// Returns the public key as a JWK, for every algorithm that the key supports.
    pub fn public(&self) -> Value {
        let jwk = Jwk::from_encoding_key(&self.private, self.algorithm).expect("it has a public key");
        let mut jwk = serde_json::to_value(jwk).expect("it can be written");
        let fields = jwk.as_object_mut().expect("it is an object");
        fields.remove("alg");
        fields.insert("kid".to_owned(), json!(self.id));
        jwk
    }

    /// Returns a token with these claims.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_as(&Header { kid: Some(self.id.clone()), ..Header::new(self.algorithm) }, claims)
    }

    pub fn sign_as(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.private).expect("it can be signed")
    }
}

/// Returns a JWKS of these keys.
pub fn jwks(keys: &[&Pair]) -> Value {
    json!({"keys": keys.iter().map(|key| key.public()).collect::<Vec<Value>>()})
}

/// Encodes two or three parts of a token.
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

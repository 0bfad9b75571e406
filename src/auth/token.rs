//! API tokens: `syl_` and 256 random bits. The database stores a hash; the token itself is shown once.
//!
//! The hash is a plain SHA-256: slow hashes defend against guessing, which is infeasible for 256 random bits.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Secret;

/// The prefix of every API token, which people and secret scanners recognize.
pub const PREFIX: &str = "syl_";

/// The prefix of token ids. Tokens are not nodes, because only administrators can see them.
pub const ID_PREFIX: &str = "api_token_";

/// The number of characters of a token that lists show, including [`PREFIX`].
const DISPLAY_LENGTH: usize = 8;
/// The number of random bytes.
const RANDOM_LENGTH: usize = 32;

/// Generates a token.
pub fn generate(rng: &mut (impl Rng + ?Sized)) -> Secret {
    let mut bytes = [0; RANDOM_LENGTH];
    rng.fill_bytes(&mut bytes);
    Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// Returns whether a text has the format of an API token.
#[must_use]
pub fn is_token(text: &str) -> bool {
    text.strip_prefix(PREFIX)
        .is_some_and(|rest| URL_SAFE_NO_PAD.decode(rest).is_ok_and(|bytes| bytes.len() == RANDOM_LENGTH))
}

/// Returns the hash that the database stores: the SHA-256 of the token in hexadecimal.
#[must_use]
pub fn hash(token: &Secret) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'));
    Sha256::digest(token.expose()).iter().flat_map(digits).collect()
}

/// Compares two hashes in constant time.
#[must_use]
pub fn is_same(hash: &str, other: &str) -> bool {
    hash.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Returns the id of the token with this code, as the API and the command line show it.
#[must_use]
pub fn id(code: &str) -> String {
    format!("{ID_PREFIX}{code}")
}

/// Returns the prefix of a token that identifies it in lists.
#[must_use]
pub fn display_prefix(token: &Secret) -> String {
    token.expose().chars().take(DISPLAY_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn tokens_are_recognized_by_their_format() {
        let mut rng = StdRng::seed_from_u64(7);
        let (one, other) = (generate(&mut rng), generate(&mut rng));
        assert!(is_token(one.expose()) && is_token(other.expose()));
        assert_ne!(one.expose(), other.expose());
        assert_eq!(display_prefix(&one).len(), DISPLAY_LENGTH);
        let cut = &one.expose()[..one.expose().len() - 1];
        for wrong in ["", "syl_", "syl_abc", cut, &one.expose()[4..], &format!("{}A", one.expose()), "syl_ü"] {
            assert!(!is_token(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_hash_is_a_sha_256_in_hexadecimal() {
        let hashed = hash(&Secret::new("abc"));
        assert_eq!(hashed, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(is_same(&hashed, &hash(&Secret::new("abc"))));
        assert!(!is_same(&hashed, &hash(&Secret::new("abd"))));
    }
}

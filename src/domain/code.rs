//! Codes: the lasting part of an address, drawn once and never reused.

use rand::{Rng, RngExt};

/// Letters and digits that cannot be taken for one another: no 0 and o, no 1 and l.
pub const ALPHABET: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";

/// How many of them make a code: a thousand million codes for each kind.
pub const LENGTH: usize = 6;

/// Whether `text` has the form of a code.
#[must_use]
pub fn is_code(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// Draws a code. Whether it is taken is for the caller to see.
pub fn draw(rng: &mut (impl Rng + ?Sized)) -> String {
    (0..LENGTH).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn a_code_has_six_characters_that_cannot_be_mistaken() {
        assert!(is_code("ci4tzd"));
        for text in ["", "ci4tz", "ci4tzdd", "ci4tzD", "ci4tz0", "ci4tz1", "ci4tzl", "ci4tzo", "ci4tz-", "ci4tzé"] {
            assert!(!is_code(text), "{text}");
        }
    }

    #[test]
    fn what_is_drawn_is_a_code() {
        let mut rng = StdRng::seed_from_u64(7);
        let drawn: Vec<String> = (0..1000).map(|_| draw(&mut rng)).collect();
        assert!(drawn.iter().all(|code| is_code(code)));
        assert!(drawn.iter().any(|code| code != &drawn[0]));
    }
}

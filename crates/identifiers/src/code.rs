//! Codes: short public identifiers of records, which are permanent and never reused.

use rand::Rng;

/// The 32 symbols of codes: lowercase letters and digits without the similar 0, 1, l and o.
pub const ALPHABET: &str = "23456789abcdefghijkmnpqrstuvwxyz";

/// The number of symbols in a code. Six of 32 symbols make over a billion codes for each kind.
pub const LENGTH: usize = 6;

/// The bits of a symbol.
const BITS_PER_SYMBOL: usize = 5;

/// Returns whether a text has the format of a code, regardless of whether a record has it.
#[must_use]
pub fn is_code(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.as_bytes().contains(&byte))
}

/// Draws a code; all are equally likely. The caller must check that it is unused.
#[must_use]
pub fn draw(rng: &mut (impl Rng + ?Sized)) -> String {
    let random = rng.next_u32();
    (0..LENGTH)
        .map(|place| {
            let index = (random >> (place * BITS_PER_SYMBOL)) as usize % ALPHABET.len();
            char::from(ALPHABET.as_bytes()[index])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn the_alphabet_has_32_symbols_and_no_look_alikes() {
        assert_eq!(ALPHABET.chars().collect::<HashSet<_>>().len(), 32);
        assert!(!ALPHABET.contains(['0', '1', 'l', 'o']));
    }

    #[test]
    fn a_code_is_six_symbols_of_the_alphabet() {
        assert!(is_code("ci4tzd"));
        for other in ["", "ci4tz", "ci4tzdd", "ci4tzD", "ci4tz0", "ci4tzo", "ci4t-d", "ci4té", "ci4tz "] {
            assert!(!is_code(other), "{other:?}");
        }
    }

    #[test]
    fn drawn_codes_are_codes_and_use_every_symbol_at_every_place() {
        let mut rng = StdRng::seed_from_u64(7);
        let mut seen = vec![HashSet::new(); LENGTH];
        for _ in 0..2_000 {
            let code = draw(&mut rng);
            assert!(is_code(&code), "{code:?}");
            for (place, symbol) in code.chars().enumerate() {
                seen[place].insert(symbol);
            }
        }
        assert!(seen.iter().all(|symbols| symbols.len() == 32));
    }
}

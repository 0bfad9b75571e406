//! Keys in 20 bytes each, whatever their length.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash, RandomState};

/// Keys with the numbers of the records that have them.
///
/// Keys are compared by two independent 64-bit hashes with random seeds, so that no input can be made to collide.
#[derive(Default)]
pub struct KeyTable {
    hashers: [RandomState; 2],
    /// The hashes in four parts, and the number. Sorted, except while keys are added.
    keys: Vec<[u32; 5]>,
    is_sorted: bool,
}

impl KeyTable {
    /// Adds a key of a record.
    pub fn add(&mut self, key: &impl Hash, number: usize) {
        let [a, b, c, d] = self.hash(key);
        self.keys.push([a, b, c, d, u32::try_from(number).unwrap_or(u32::MAX)]);
        self.is_sorted = false;
    }

    /// Makes the added keys available.
    pub fn sort(&mut self) {
        if !self.is_sorted {
            self.keys.sort_unstable();
            self.is_sorted = true;
        }
    }

    /// Returns the number of the first record with a key. The keys must be [sorted](Self::sort).
    pub fn first(&self, key: &impl Hash) -> Option<usize> {
        debug_assert!(self.is_sorted || self.keys.is_empty(), "keys were added");
        let hash = self.hash(key);
        let found = self.keys.get(self.keys.partition_point(|known| known[..4] < hash[..]))?;
        (found[..4] == hash[..]).then_some(found[4] as usize)
    }

    /// Returns the numbers of all records that have a key of another one. The keys must be [sorted](Self::sort).
    pub fn contested(&self) -> BTreeSet<usize> {
        debug_assert!(self.is_sorted || self.keys.is_empty(), "keys were added");
        let runs = self.keys.chunk_by(|one, other| one[..4] == other[..4]);
        let shared = runs.filter(|run| run.first().map(|key| key[4]) != run.last().map(|key| key[4]));
        shared.flatten().map(|key| key[4] as usize).collect()
    }

    fn hash(&self, key: &impl Hash) -> [u32; 4] {
        let [first, second] = self.hashers.each_ref().map(|hasher| hasher.hash_one(key));
        #[expect(clippy::cast_possible_truncation, reason = "the halves of a hash")]
        let halves = |hash: u64| [(hash >> 32) as u32, hash as u32];
        let ([a, b], [c, d]) = (halves(first), halves(second));
        [a, b, c, d]
    }
}

#[cfg(test)]
mod tests {
    use super::KeyTable;

    #[test]
    fn the_first_record_with_a_key_is_found() {
        let mut table = KeyTable::default();
        for number in 0..1_000 {
            table.add(&("slug", format!("a-{}", number % 900)), number);
        }
        table.sort();
        assert_eq!(table.first(&("slug", "a-7".to_owned())), Some(7));
        assert_eq!(table.first(&("slug", "a-7")), Some(7), "owned and borrowed texts are equal");
        assert_eq!(table.first(&("code", "a-7")), None);
        let contested: Vec<usize> = table.contested().into_iter().collect();
        assert_eq!(contested, (0..100).chain(900..1_000).collect::<Vec<_>>());
    }
}

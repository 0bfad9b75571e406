//! The records of the file by the ids of their objects.

use std::collections::HashMap;

use entity::kind::NodeKind;

/// The numbers of records by the ids of the objects that they match or create.
#[derive(Default)]
pub struct Matches(HashMap<NodeKind, Vec<(i64, u32)>>);

impl Matches {
    pub fn add(&mut self, kind: NodeKind, id: i64, number: usize) {
        self.0.entry(kind).or_default().push((id, u32::try_from(number).unwrap_or(u32::MAX)));
    }

    /// Makes the added records of a kind available. Returns those that match the same object as an earlier one, with
    /// the number of the first.
    pub fn sort(&mut self, kind: NodeKind) -> Vec<(usize, usize)> {
        let known = self.0.entry(kind).or_default();
        known.sort_unstable();
        let runs = known.chunk_by(|one, other| one.0 == other.0);
        let later = |run: &[(i64, u32)]| {
            let first = run[0].1 as usize;
            run[1..].iter().map(|(_, number)| (*number as usize, first)).collect::<Vec<_>>()
        };
        runs.filter(|run| run.len() > 1).flat_map(later).collect()
    }

    /// Returns the number of the first record of an object.
    pub fn number(&self, kind: NodeKind, id: i64) -> Option<usize> {
        let known = self.0.get(&kind)?;
        let (found, number) = known.get(known.partition_point(|(known, _)| *known < id))?;
        (*found == id).then_some(*number as usize)
    }
}

//! The ids of headings, which links use as fragments.

use std::collections::{HashMap, HashSet};

use crate::domain::slug::{numbered, slugify};

/// The anchor of a heading without letters, and of the introduction.
pub const FALLBACK: &str = "section";

/// Assigns unique anchors.
pub struct Anchors {
    /// The anchors that headings would get without numbers. Numbered anchors avoid them.
    natural: HashSet<String>,
    given: HashSet<String>,
    /// The next number to try for an anchor.
    next_number: HashMap<String, u32>,
}

impl Anchors {
    /// Collects all headings of an article before assigning anchors.
    pub fn for_headings(headings: impl Iterator<Item = String>) -> Self {
        let natural = headings.map(|heading| natural_anchor(&heading)).collect();
        Self { natural, given: HashSet::new(), next_number: HashMap::new() }
    }

    /// Returns the anchor of the next heading: "setup", and "setup-2" for the second one with this name.
    pub fn give(&mut self, heading: &str) -> String {
        let anchor = natural_anchor(heading);
        if self.given.insert(anchor.clone()) {
            return anchor;
        }
        let number = self.next_number.entry(anchor.clone()).or_insert(2);
        loop {
            let candidate = numbered(&anchor, *number);
            *number = number.saturating_add(1);
            if !self.natural.contains(&candidate) && self.given.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

fn natural_anchor(heading: &str) -> String {
    Some(slugify(heading)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| FALLBACK.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(headings: &[&str]) -> Vec<String> {
        let mut anchors = Anchors::for_headings(headings.iter().map(|heading| (*heading).to_owned()));
        headings.iter().map(|heading| anchors.give(heading)).collect()
    }

    #[test]
    fn anchors_are_unique_and_never_empty() {
        assert_eq!(anchors(&["Set-up!", "set up", "Größe"]), ["set-up", "set-up-2", "grosse"]);
        assert_eq!(anchors(&["", "…", "Section"]), ["section", "section-2", "section-3"]);
    }

    #[test]
    fn numbered_anchors_avoid_anchors_of_headings() {
        assert_eq!(anchors(&["A", "A", "A 2", "A", "A-2"]), ["a", "a-3", "a-2", "a-4", "a-2-2"]);
    }

    #[test]
    fn long_headings_stay_unique() {
        let long = "a".repeat(500);
        let anchors = anchors(&[&long, &long, &long]);
        assert_eq!(anchors.iter().collect::<HashSet<_>>().len(), 3);
    }
}

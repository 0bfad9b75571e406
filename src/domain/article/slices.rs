//! Self-contained parts of a source, with the footnotes and reference definitions that they use.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::domain::article::edited_source::EditedSource;
use crate::domain::article::references::{Definition, Note, folded};
use crate::domain::markdown;

/// Extracts parts of an edited source.
pub struct Slices<'s, 'a> {
    source: &'s EditedSource<'a>,
    definitions: HashMap<&'s str, &'s Definition>,
    notes: HashMap<&'s str, &'s Note>,
}

impl<'s, 'a> Slices<'s, 'a> {
    pub fn new(source: &'s EditedSource<'a>, definitions: &'s [Definition], notes: &'s [Note]) -> Self {
        let definitions = definitions.iter().map(|definition| (&*definition.label, definition)).collect();
        let notes = notes.iter().map(|note| (&*note.label, note)).collect();
        Self { source, definitions, notes }
    }

    /// Returns a range of the source without surrounding blank lines, with the footnotes and definitions of `labels`
    /// from outside the range.
    pub fn block(&self, range: Range<usize>, labels: &[String]) -> String {
        let (labels, notes) = self.with_notes(&range, labels);
        let mut block = self.source.edited_block(range.clone());
        for note in notes {
            block.push_str("\n\n");
            block.push_str(&self.source.edited_block(note.range.clone()));
        }
        let missing: Vec<&Definition> = (labels.into_iter())
            .filter_map(|label| self.definitions.get(label).copied())
            .filter(|definition| !range.contains(&definition.range.start))
            .collect();
        if missing.is_empty() {
            return block;
        }
        let lines: Vec<String> = missing.iter().map(|definition| self.line(definition)).collect();
        let lines = lines.join("\n");
        // The first definition of a label takes precedence, and that is the one from elsewhere.
        let own = markdown::parser(&block);
        let own: HashSet<String> = own.reference_definitions().iter().map(|(label, _)| folded(label)).collect();
        if missing.iter().any(|definition| own.contains(&definition.label)) {
            format!("{lines}\n\n{block}")
        } else {
            format!("{block}\n\n{lines}")
        }
    }

    /// Returns the distinct labels, including those of footnotes outside of `range`, and these footnotes.
    fn with_notes<'l>(&'l self, range: &Range<usize>, labels: &'l [String]) -> (Vec<&'l str>, Vec<&'s Note>) {
        let (mut seen, mut notes) = (HashSet::new(), Vec::new());
        let mut wanted: Vec<&str> = labels.iter().map(String::as_str).filter(|label| seen.insert(*label)).collect();
        let mut index = 0;
        while let Some(label) = wanted.get(index) {
            index += 1;
            let Some(note) = self.notes.get(label).filter(|note| !range.contains(&note.range.start)) else { continue };
            notes.push(*note);
            wanted.extend(note.labels.iter().map(String::as_str).filter(|label| seen.insert(*label)));
        }
        (wanted, notes)
    }

    /// Returns a definition in one line, without the quotation marks of further lines.
    fn line(&self, definition: &Definition) -> String {
        let text = self.source.original(definition.range.clone());
        let lines = text.lines().map(|line| line.trim().trim_start_matches(['>', ' ', '\t']));
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

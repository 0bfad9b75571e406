//! Edits of a source text: removed ranges and escapes.

use std::ops::Range;

/// The escape of a markup character.
const ESCAPE: &str = "\\";

/// A source and its edits. Edits are collected in any order, and become effective with [`apply`](EditedSource::apply).
pub struct EditedSource<'a> {
    text: &'a str,
    edits: Vec<Edit>,
}

/// A replacement of a range.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Edit {
    start: usize,
    end: usize,
    replacement: &'static str,
}

impl<'a> EditedSource<'a> {
    /// Creates a source without edits.
    pub fn new(text: &'a str) -> Self {
        Self { text, edits: Vec::new() }
    }

    /// Returns the original text of a range. Invalid ranges are empty.
    pub fn original(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// Returns the original text before a position.
    pub fn before(&self, place: usize) -> &'a str {
        self.original(0..place)
    }

    /// Removes a range.
    pub fn remove(&mut self, range: Range<usize>) {
        self.edits.push(Edit { start: range.start, end: range.end, replacement: "" });
    }

    /// Removes a block that has its own lines, with the blank lines after it.
    pub fn remove_block(&mut self, block: Range<usize>) {
        let start = self.before(block.start).trim_end_matches([' ', '\t']).len();
        let mut end = start + self.original(start..block.end).trim_end().len();
        // The rest of the last line, and blank lines, but not the indentation of the next block.
        for line in self.original(end..self.text.len()).split_inclusive('\n') {
            if !line.trim().is_empty() {
                break;
            }
            end += line.len();
        }
        self.remove(start..end);
    }

    /// Escapes the character at a position.
    pub fn escape(&mut self, place: usize) {
        self.edits.push(Edit { start: place, end: place, replacement: ESCAPE });
    }

    /// Sorts the edits and makes them effective.
    pub fn apply(&mut self) {
        self.edits.sort_unstable();
        self.edits.dedup();
    }

    /// Returns a range of the text with the edits that start in it.
    pub fn edited(&self, range: Range<usize>) -> String {
        let mut edited = String::with_capacity(range.len());
        let mut place = range.start;
        let first = self.edits.partition_point(|edit| edit.start < range.start);
        for edit in self.edits[first..].iter().take_while(|edit| edit.start < range.end) {
            if edit.start >= place {
                edited.push_str(self.original(place..edit.start));
                edited.push_str(edit.replacement);
            }
            place = place.max(edit.end);
        }
        edited.push_str(self.original(place..range.end));
        edited
    }

    /// Returns the same without surrounding blank lines. Keeps the indentation of the first line, which can indicate
    /// code.
    pub fn edited_block(&self, range: Range<usize>) -> String {
        let edited = self.edited(range);
        let edited = edited.trim_end();
        let blank_lines = edited.len() - edited.trim_start().len();
        let start = edited[..blank_lines].rfind('\n').map_or(0, |line_end| line_end + 1);
        edited[start..].to_owned()
    }

    /// Returns the whole text with all edits.
    pub fn edited_whole(&self) -> String {
        self.edited(0..self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_take_effect_in_their_order() {
        let mut source = EditedSource::new("0123456789");
        source.remove(7..9);
        source.escape(3);
        source.escape(3);
        source.remove(0..2);
        source.apply();
        assert_eq!(source.edited_whole(), "2\\34569");
        assert_eq!(source.edited(2..7), "2\\3456");
        assert_eq!(source.original(2..4), "23");
    }

    #[test]
    fn edits_within_removed_ranges_are_ignored() {
        let mut source = EditedSource::new("0123456789");
        source.remove(2..6);
        source.escape(4);
        source.remove(5..8);
        source.apply();
        assert_eq!(source.edited_whole(), "0189");
    }

    #[test]
    fn removed_blocks_include_blank_lines() {
        for (text, block, left) in [
            ("a\n\nb\n\nc\n", 3..5, "a\n\nc\n"),
            ("a\n\n  b  \n \n\n    c", 5..6, "a\n\n    c"),
            ("b", 0..1, ""),
            ("a\r\n\r\nb\r\n\r\nc", 5..6, "a\r\n\r\nc"),
        ] {
            let mut source = EditedSource::new(text);
            source.remove_block(block);
            source.apply();
            assert_eq!(source.edited_whole(), left, "{text:?}");
        }
    }

    #[test]
    fn blank_lines_around_a_block_are_trimmed() {
        let source = EditedSource::new("# a\n\n \n    code\n\n\n");
        assert_eq!(source.edited_block(3..18), "    code");
        assert_eq!(source.edited_block(3..7), "");
        assert_eq!(source.edited_block(90..99), "");
    }
}

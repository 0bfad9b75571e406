//! Footnotes, as in GitHub Flavored Markdown: `a claim[^source]`, and `[^source]: where it is from`.
//!
//! Footnotes are numbered by their first references. The label of a reference becomes `2-1`, the first reference to
//! footnote 2, and that of a definition `2-3`, footnote 2 with three references. A footnote stays at its definition, so
//! that sections have their own footnotes and unreferenced ones are not lost.

use std::collections::HashMap;

use pulldown_cmark::{Event, Tag};

use crate::domain::markdown::Spanned;

/// The state of a footnote.
#[derive(Default)]
struct Note {
    number: usize,
    references: usize,
    /// Whether the first definition was processed. Further ones are separate footnotes.
    is_defined: bool,
}

/// Numbers the footnotes of a text.
pub fn number(events: &mut [Spanned<'_>]) {
    let mut notes: HashMap<String, Note> = HashMap::new();
    let mut last = 0;
    for (event, _) in &mut *events {
        if let Event::FootnoteReference(label) = event {
            let note = notes.entry(folded(label)).or_default();
            if note.number == 0 {
                last += 1;
                note.number = last;
            }
            note.references += 1;
            *label = format!("{}-{}", note.number, note.references).into();
        }
    }
    for (event, _) in events {
        if let Event::Start(Tag::FootnoteDefinition(label)) = event {
            let note = notes.entry(folded(label)).or_default();
            let is_first = !std::mem::replace(&mut note.is_defined, true);
            if is_first && note.number > 0 {
                *label = format!("{}-{}", note.number, note.references).into();
            } else {
                last += 1;
                *label = format!("{last}-0").into();
            }
        }
    }
}

/// Returns the number of a footnote, and the index of the reference or the number of references, from a label.
pub fn parts(label: &str) -> (usize, usize) {
    let parse = |part: &str| part.parse().unwrap_or_default();
    label.split_once('-').map_or((0, 0), |(number, count)| (parse(number), parse(count)))
}

/// Normalizes a label for comparison.
fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

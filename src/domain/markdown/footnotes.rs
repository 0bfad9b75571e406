//! Footnotes, as in GitHub's flavor of Markdown: `a claim[^source]`, and `[^source]: where it is from`.
//!
//! They are numbered through a text in the order of their first references. The label of a reference becomes `2-1`, the
//! first reference to note 2, and that of a definition `2-3`, note 2 with three references. A note stays where its
//! definition stands, so that a section has its own notes and a text loses none that nothing refers to.

use std::collections::HashMap;

use pulldown_cmark::{Event, Tag};

use crate::domain::markdown::Spanned;

/// The state of a footnote.
#[derive(Default)]
struct Note {
    number: usize,
    references: usize,
    /// Whether its first definition was seen already: further ones are notes of their own.
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

/// The number of a note, and which reference it is or how many it has, from a label.
pub fn parts(label: &str) -> (usize, usize) {
    let parse = |part: &str| part.parse().unwrap_or_default();
    label.split_once('-').map_or((0, 0), |(number, count)| (parse(number), parse(count)))
}

/// A label as references are compared.
fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

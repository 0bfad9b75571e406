//! Footnotes and link definitions, and the labels by which an article refers to them.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use crate::domain::markdown::footnotes;

/// A footnote.
pub struct Note {
    /// The label, as returned by [`labels_of`].
    pub label: String,
    /// Where it stands in the source.
    pub range: Range<usize>,
    /// The labels that the footnote itself refers to.
    pub labels: Vec<String>,
}

/// What a reference link leads to: `[label]: /destination "title"`.
pub struct Definition {
    /// As references are compared by it.
    pub label: String,
    pub destination: String,
    /// Where it stands in the source.
    pub range: Range<usize>,
}

/// A label as references are compared: without regard to case and to how its blanks are written.
pub fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The labels of the reference links, images and footnotes among some events.
pub fn labels_of<'e, 'a: 'e>(events: impl IntoIterator<Item = &'e Event<'a>>) -> Vec<String> {
    let label = |event: &Event<'_>| match event {
        Event::FootnoteReference(label) => Some(note_label(label)),
        Event::Start(Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) => {
            matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut).then(|| folded(id))
        }
        _ => None,
    };
    events.into_iter().filter_map(label).collect()
}

/// How a footnote is named among the labels of reference links, from its numbered label.
pub fn note_label(label: &str) -> String {
    format!("^{}", footnotes::parts(label).0)
}

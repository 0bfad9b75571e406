//! Footnotes and reference definitions, and their labels.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use crate::domain::markdown::footnotes;

/// A footnote.
pub struct Note {
    /// The label, as returned by [`labels_of`].
    pub label: String,
    /// The range in the source.
    pub range: Range<usize>,
    /// The labels that the footnote itself refers to.
    pub labels: Vec<String>,
}

/// A reference definition: `[label]: /destination "title"`.
pub struct Definition {
    /// The normalized label.
    pub label: String,
    pub destination: String,
    /// The range in the source.
    pub range: Range<usize>,
}

/// Normalizes a label for comparison: ignores case and differences of whitespace.
pub fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Returns the labels of the reference links, images and footnotes among events.
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

/// Returns the label of a footnote among those of reference links, from its numbered label.
pub fn note_label(label: &str) -> String {
    format!("^{}", footnotes::parts(label).0)
}

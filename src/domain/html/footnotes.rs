//! Renders footnotes as HTML. Their ids, `fn:1` and `fnref:1`, contain a colon, which anchors of headings never do.

use std::fmt::Write;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::domain::markdown::footnotes::parts;

/// Converts references to links, and footnotes to list items with links back.
pub fn to_html<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut events = events.peekable();
    // The labels of the enclosing footnotes.
    let mut notes: Vec<String> = Vec::new();
    let mut back: Option<String> = None;
    std::iter::from_fn(move || {
        if let Some(back) = back.take() {
            return Some(Event::InlineHtml(back.into()));
        }
        match events.next()? {
            Event::FootnoteReference(label) => Some(reference(&label)),
            Event::Start(Tag::FootnoteDefinition(label)) => {
                let (number, _) = parts(&label);
                notes.push(label.into_string());
                Some(Event::Html(format!("<ol start=\"{number}\">\n<li id=\"fn:{number}\">\n").into()))
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                let back = notes.pop().map(|label| back_links(&label)).filter(|links| !links.is_empty());
                let back = back.map_or_else(String::new, |links| format!("<p>{}</p>\n", links.trim_start()));
                Some(Event::Html(format!("{back}</li>\n</ol>\n").into()))
            }
            end @ Event::End(TagEnd::Paragraph) => {
                let is_last = events.peek() == Some(&Event::End(TagEnd::FootnoteDefinition));
                let links = notes.last_mut().filter(|_| is_last).map(|label| back_links(&std::mem::take(label)));
                let Some(links) = links.filter(|links| !links.is_empty()) else { return Some(end) };
                back = Some("</p>\n".to_owned());
                Some(Event::InlineHtml(links.into()))
            }
            event => Some(event),
        }
    })
}

/// Returns a reference. The parser does not allow references within links.
fn reference<'a>(label: &str) -> Event<'a> {
    let (number, occurrence) = parts(label);
    let id = id(number, occurrence);
    Event::InlineHtml(format!("<sup><a href=\"#fn:{number}\" id=\"{id}\">{number}</a></sup>").into())
}

/// Returns the links of a footnote back to its references.
fn back_links(label: &str) -> String {
    let (number, references) = parts(label);
    (1..=references).fold(String::new(), |mut links, occurrence| {
        // Writing to a string cannot fail.
        let _ = write!(links, " <a href=\"#{}\">↩</a>", id(number, occurrence));
        links
    })
}

/// Returns the id of a reference to a footnote: `fnref:1`, and `fnref:1-2` for the second one.
fn id(number: usize, occurrence: usize) -> String {
    if occurrence == 1 { format!("fnref:{number}") } else { format!("fnref:{number}-{occurrence}") }
}

//! Taking links to what a reader does not see out of an article's source.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::domain::html;

/// A stretch of the source, and the part of it that stays.
struct Edit {
    replaced: Range<usize>,
    kept: Range<usize>,
}

/// The source without the links whose destination `is_gone`: they keep their text. A paragraph at the top level that is
/// only such a link goes altogether, and so do the definitions of such links.
pub fn redact(markdown: &str, is_gone: impl Fn(&str) -> bool) -> String {
    let mut edits = Vec::new();
    let parser = Parser::new_ext(markdown, html::options());
    for (_, definition) in parser.reference_definitions().iter() {
        if is_gone(&definition.dest) {
            edits.push(Edit { replaced: definition.span.clone(), kept: 0..0 });
        }
    }
    let mut walk = Walk::default();
    for (event, range) in parser.into_offset_iter() {
        walk.step(&event, &range, &is_gone, &mut edits);
    }
    if edits.is_empty() {
        return markdown.to_owned();
    }
    apply(markdown, edits)
}

/// Where the walk over the source is.
#[derive(Default)]
struct Walk {
    depth: usize,
    /// The link that the walk is in, where it is gone: its range, and that of what is inside it.
    link: Option<(Range<usize>, Option<Range<usize>>)>,
    /// How many things a top-level paragraph has beside links that are gone, and those links.
    paragraph: Option<(usize, Vec<Edit>)>,
}

impl Walk {
    fn step(
        &mut self,
        event: &Event<'_>,
        range: &Range<usize>,
        is_gone: &impl Fn(&str) -> bool,
        edits: &mut Vec<Edit>,
    ) {
        match event {
            Event::Start(Tag::Paragraph) if self.depth == 0 => self.paragraph = Some((0, Vec::new())),
            Event::Start(Tag::Link { dest_url, .. }) if is_gone(dest_url) => self.link = Some((range.clone(), None)),
            Event::End(TagEnd::Link) => {
                if let Some((replaced, inside)) = self.link.take() {
                    let kept = inside.unwrap_or(0..0);
                    let edit = Edit { replaced, kept };
                    match &mut self.paragraph {
                        Some((_, links)) => links.push(edit),
                        None => edits.push(edit),
                    }
                }
            }
            Event::End(TagEnd::Paragraph) if self.depth == 1 => match self.paragraph.take() {
                Some((0, links)) if links.len() == 1 => edits.push(Edit { replaced: range.clone(), kept: 0..0 }),
                Some((_, links)) => edits.extend(links),
                None => {}
            },
            _ => {
                if let Some((_, inside)) = &mut self.link {
                    let so_far = inside.get_or_insert_with(|| range.clone());
                    *so_far = so_far.start.min(range.start)..so_far.end.max(range.end);
                } else if let Some((others, _)) = &mut self.paragraph {
                    *others += 1;
                }
            }
        }
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth -= 1,
            _ => {}
        }
    }
}

fn apply(markdown: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.replaced.start);
    let mut redacted = String::with_capacity(markdown.len());
    let mut at = 0;
    for Edit { replaced, kept } in edits {
        if replaced.start < at {
            continue;
        }
        redacted.push_str(&markdown[at..replaced.start]);
        redacted.push_str(&markdown[kept]);
        at = replaced.end;
    }
    redacted.push_str(&markdown[at..]);
    redacted
}

//! The parsed source of an article: blocks, links and reference definitions.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};

use crate::domain::article::references::{Definition, Note, folded, labels_of, note_label};
use crate::domain::base_url::BaseUrl;
use crate::domain::markdown::{self, Spanned};
use crate::domain::path;

/// A parsed source.
pub struct Document<'a> {
    events: Vec<Spanned<'a>>,
    /// The reference definitions, in the order of the source.
    definitions: Vec<Definition>,
    notes: Vec<Note>,
}

/// A top-level block.
#[derive(Clone, Copy)]
pub struct SourceBlock<'d, 'a>(pub &'d [Spanned<'a>]);

impl<'a> Document<'a> {
    /// Parses a source. A paragraph such as `</course/ci4tzd>` is a link, like URLs in angle brackets; its path can
    /// begin with that of `base`.
    pub fn parse(source: &'a str, base: Option<&BaseUrl>) -> Self {
        let parser = markdown::parser(source);
        let definitions = parser.reference_definitions().iter();
        let mut definitions: Vec<_> = definitions
            .map(|(label, definition)| Definition {
                label: folded(label),
                destination: definition.dest.to_string(),
                range: definition.span.clone(),
            })
            .collect();
        definitions.sort_unstable_by_key(|definition| definition.range.start);
        let events = with_bare_paths(source, markdown::events(source, parser), base);
        let notes = notes(&events);
        Self { events, definitions, notes }
    }

    /// Returns the blocks in order.
    pub fn blocks(&self) -> impl Iterator<Item = SourceBlock<'_, 'a>> {
        let mut rest = &self.events[..];
        std::iter::from_fn(move || {
            let (block, others) = rest.split_at_checked(block_length(rest))?;
            rest = others;
            Some(SourceBlock(block)).filter(|_| !block.is_empty())
        })
    }

    /// Returns the destinations of all links, images and definitions, including duplicates.
    pub fn destinations(&self) -> impl Iterator<Item = &str> {
        let links = self.events.iter().filter_map(|(event, _)| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(&**dest_url),
            _ => None,
        });
        links.chain(self.definitions.iter().map(|definition| &*definition.destination))
    }

    /// Returns the reference definitions.
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// Returns the footnotes.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}

fn notes(events: &[Spanned<'_>]) -> Vec<Note> {
    let note = |(index, (event, range)): (usize, &Spanned<'_>)| {
        let Event::Start(Tag::FootnoteDefinition(label)) = event else { return None };
        let inner = &events[index..index + block_length(&events[index..])];
        let labels = labels_of(inner.iter().map(|(event, _)| event));
        Some(Note { label: note_label(label), range: range.clone(), labels })
    };
    events.iter().enumerate().filter_map(note).collect()
}

/// Returns the number of events of the first block.
fn block_length(events: &[Spanned<'_>]) -> usize {
    let mut depth: usize = 0;
    for (index, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    events.len()
}

/// Converts paragraphs that consist of a path in angle brackets to links.
fn with_bare_paths<'a>(source: &'a str, events: Vec<Spanned<'a>>, base: Option<&BaseUrl>) -> Vec<Spanned<'a>> {
    let mut linked = Vec::with_capacity(events.len());
    let (mut depth, mut block_start): (usize, usize) = (0, 0);
    for (event, range) in events {
        match event {
            Event::Start(_) => {
                if depth == 0 {
                    block_start = linked.len();
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0
            && event == Event::End(TagEnd::Paragraph)
            && let Some((path, path_range)) = bare_path(source, &range, base)
        {
            let link_range = path_range.start - 1..path_range.end + 1;
            let (title, id) = (CowStr::from(""), CowStr::from(""));
            let link = Tag::Link { link_type: LinkType::Autolink, dest_url: path.into(), title, id };
            linked.truncate(block_start + 1);
            linked.push((Event::Start(link), link_range.clone()));
            linked.push((Event::Text(path.into()), path_range));
            linked.push((Event::End(TagEnd::Link), link_range));
        }
        linked.push((event, range));
    }
    linked
}

/// Returns the path of a paragraph that consists of it, with its range in the source.
fn bare_path<'a>(source: &'a str, paragraph: &Range<usize>, base: Option<&BaseUrl>) -> Option<(&'a str, Range<usize>)> {
    let text = source.get(paragraph.clone())?;
    let start = paragraph.start + (text.len() - text.trim_start().len()) + 1;
    let inner = text.trim().strip_prefix('<')?.strip_suffix('>')?;
    let is_one_path =
        inner.starts_with('/') && !inner.contains(|letter: char| letter.is_whitespace() || "<>\\".contains(letter));
    (is_one_path && path::parse_own(inner, base).is_some()).then(|| (inner, start..start + inner.len()))
}

impl<'d, 'a> SourceBlock<'d, 'a> {
    /// Returns the byte range of the block in the source.
    pub fn range(self) -> Range<usize> {
        self.0.first().map_or(0..0, |(_, range)| range.clone())
    }

    /// Returns the level of a heading, from 1 to 6.
    pub fn heading_level(self) -> Option<u8> {
        match self.0.first() {
            Some((Event::Start(Tag::Heading { level, .. }), _)) => Some(match level {
                HeadingLevel::H1 => 1,
                HeadingLevel::H2 => 2,
                HeadingLevel::H3 => 3,
                HeadingLevel::H4 => 4,
                HeadingLevel::H5 => 5,
                HeadingLevel::H6 => 6,
            }),
            _ => None,
        }
    }

    /// Returns the visible text of the block.
    pub fn text(self) -> String {
        markdown::text_of(self.0.iter().map(|(event, _)| event))
    }

    /// Returns the destination of a paragraph that consists of a link.
    pub fn lone_link(self) -> Option<&'d str> {
        let [(Event::Start(Tag::Paragraph), _), (Event::Start(Tag::Link { dest_url, .. }), _), inner @ .., last, _] =
            self.0
        else {
            return None;
        };
        // Links are not nested, so the first end belongs to the link.
        let is_link_end = |(event, _): &Spanned<'a>| *event == Event::End(TagEnd::Link);
        (is_link_end(last) && !inner.iter().any(is_link_end)).then_some(dest_url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destinations(source: &str) -> Vec<String> {
        Document::parse(source, None).destinations().map(str::to_owned).collect()
    }

    #[test]
    fn blocks_are_separated() {
        let source = "a\n\n# b *c*\n\n---\n\n- d\n\n  # e\n\n[f](/g)\n";
        let document = Document::parse(source, None);
        let blocks: Vec<_> = document
            .blocks()
            .map(|block| (source[block.range()].trim(), block.heading_level(), block.lone_link().is_some()))
            .collect();
        let expected = [
            ("a", None, false),
            ("# b *c*", Some(1), false),
            ("---", None, false),
            ("- d\n\n  # e", None, false),
            ("[f](/g)", None, true),
        ];
        assert_eq!(blocks, expected);
        assert_eq!(document.blocks().nth(1).map(SourceBlock::text).as_deref(), Some("b c"));
    }

    #[test]
    fn paragraphs_of_only_a_link_are_detected() {
        for (source, destination) in [
            ("[a](/b)", Some("/b")),
            ("  [a *b*](/b 'c')  ", Some("/b")),
            ("[a]\n\n[a]: /b", Some("/b")),
            ("<https://a.example/b>", Some("https://a.example/b")),
            ("</course/ci4tzd>", Some("/course/ci4tzd")),
            (" </book/ci4tzd/sicp>\n", Some("/book/ci4tzd/sicp")),
            ("[![a](/b)](/c)", Some("/c")),
            ("[a](/b).", None),
            ("[a](/b) [c](/d)", None),
            ("**[a](/b)**", None),
            ("`[a](/b)`", None),
            ("![a](/b)", None),
            ("</course/ci4tzd> a", None),
            ("</course>", None),
            ("</elsewhere/ci4tzd>", None),
        ] {
            let document = Document::parse(source, None);
            assert_eq!(document.blocks().next().and_then(SourceBlock::lone_link), destination, "{source}");
        }
    }

    #[test]
    fn all_destinations_are_found() {
        let source = "# [a](/1)\n\n> - [b][r] ![c](/2)\n\n|[d](/3)|\n|-|\n\n`[e](/x)`\n\n</topic/rust>\n\n[r]: /4\n[unused]: /5\n";
        assert_eq!(destinations(source), ["/1", "/4", "/2", "/3", "/topic/rust", "/4", "/5"]);
    }
}

//! Removes unavailable links from prose, and makes the others lead to canonical paths.
//!
//! The events are simply filtered. In the source, the markup of a link is removed, and text that would become markup is
//! escaped: `[# 1](/course/gone)` at the start of a line must not become a heading, and the brackets around `[see
//! [this](/course/gone)](/elsewhere)`, which are text because links cannot be nested, must not become a link.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::domain::article::edited_source::EditedSource;
use crate::domain::article::link_targets::LinkTargets;
use crate::domain::markdown::{Spanned, is_inline};

/// Runs of these at the edge of a word start and end emphasis.
const DELIMITERS: [char; 3] = ['*', '_', '~'];

/// Processes the events of a block.
pub struct DeadLinkStripper<'s, 'a> {
    source: &'s mut EditedSource<'a>,
    targets: &'s LinkTargets,
    /// The enclosing links and images, innermost last.
    around: Vec<EnclosingLink>,
    /// The number of unavailable ones among them.
    gone_around: usize,
    /// Opening brackets in the text so far, which could form a link with the text of a removed one.
    open_brackets: Vec<usize>,
    /// The text directly before the event.
    last_text: Range<usize>,
    /// The end of the last removed link.
    last_gone_end: Option<usize>,
    /// Whether the event is the first of its line.
    at_line_start: bool,
    /// The end of the previous event, or its start if it opened an element.
    last_end: usize,
}

/// An open link or image.
struct EnclosingLink {
    is_unavailable: bool,
    link_type: LinkType,
}

impl<'s, 'a> DeadLinkStripper<'s, 'a> {
    /// Creates a stripper for links to `targets`, which edits `source`.
    pub fn new(source: &'s mut EditedSource<'a>, targets: &'s LinkTargets) -> Self {
        Self {
            source,
            targets,
            around: Vec::new(),
            gone_around: 0,
            open_brackets: Vec::new(),
            last_text: 0..0,
            last_gone_end: None,
            at_line_start: true,
            last_end: 0,
        }
    }

    /// Returns the events of a block without unavailable links, and records the edits of the source.
    pub fn block(mut self, events: &[Spanned<'a>]) -> Vec<Event<'a>> {
        events.iter().filter_map(|(event, range)| self.event(event, range)).collect()
    }

    fn event(&mut self, event: &Event<'a>, range: &Range<usize>) -> Option<Event<'a>> {
        let retained = match event {
            Event::Start(Tag::Link { dest_url, link_type, .. } | Tag::Image { dest_url, link_type, .. }) => {
                let is_unavailable = self.targets.is_unavailable(dest_url);
                self.around.push(EnclosingLink { is_unavailable, link_type: *link_type });
                if is_unavailable {
                    self.open(*link_type, range);
                    return None;
                }
                self.at_line_start = false;
                self.last_end = range.start;
                return Some(self.retargeted(event));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let ended = self.around.pop();
                if let Some(ended) = ended.filter(|ended| ended.is_unavailable) {
                    self.close(ended.link_type, range);
                    None
                } else {
                    Some(event.clone())
                }
            }
            Event::Text(text) => {
                // Text that is spelled differently, such as an entity, never becomes markup.
                if self.source.original(range.clone()) == &**text {
                    self.text(range);
                }
                Some(event.clone())
            }
            other => Some(other.clone()),
        };
        self.at_line_start = match event {
            Event::SoftBreak | Event::HardBreak => true,
            Event::Start(tag) => !is_inline(tag.to_end()),
            Event::End(tag) => !is_inline(*tag),
            _ => false,
        };
        if self.at_line_start && !matches!(event, Event::SoftBreak | Event::HardBreak) {
            self.open_brackets.clear();
        }
        self.last_end = if matches!(event, Event::Start(_)) { range.start } else { range.end };
        retained
    }

    /// Returns the start of an available link with its canonical path.
    fn retargeted(&self, start: &Event<'a>) -> Event<'a> {
        match start {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let href = self.targets.href(dest_url).map_or_else(|| dest_url.clone(), Into::into);
                Event::Start(Tag::Link { link_type: *link_type, dest_url: href, title: title.clone(), id: id.clone() })
            }
            other => other.clone(),
        }
    }

    /// Removes the start of a link.
    fn open(&mut self, link_type: LinkType, link: &Range<usize>) {
        let source = self.source.original(link.clone());
        let mark = match source.chars().next() {
            Some('!') => 2,
            _ if is_bare(link_type, source) => 0,
            _ => 1,
        };
        self.source.remove(link.start..link.start + mark);
        if link_type == LinkType::Autolink {
            // Bare URLs in the text would become links.
            self.escape_addresses(link.start, source);
        }
        for bracket in std::mem::take(&mut self.open_brackets) {
            self.source.escape(bracket);
        }
        if self.last_text.end == link.start {
            let text = self.source.original(self.last_text.clone());
            let run = text.len() - text.trim_end_matches(DELIMITERS).len();
            for place in link.start - run..link.start {
                self.source.escape(place);
            }
        }
        self.gone_around += 1;
        self.last_end = link.start + mark;
    }

    /// Removes the end of a link.
    fn close(&mut self, link_type: LinkType, link: &Range<usize>) {
        let mark = if link_type == LinkType::Autolink { '>' } else { ']' };
        if is_bare(link_type, self.source.original(link.clone())) {
            self.gone_around = self.gone_around.saturating_sub(1);
            self.last_gone_end = Some(link.end);
            return;
        }
        // Only whitespace can precede the closing mark.
        let found = self.source.original(self.last_end..link.end).find(mark);
        let start = found.map_or(link.end, |at| self.last_end + at);
        // The range of the parser excludes the empty brackets of `[text][]`.
        let is_cut = link_type == LinkType::Collapsed && self.source.original(link.end..link.end + 2) == "[]";
        let end = link.end + if is_cut { 2 } else { 0 };
        self.source.remove(start..end);
        self.gone_around = self.gone_around.saturating_sub(1);
        self.last_gone_end = Some(end);
    }

    /// Escapes text that would become markup.
    fn text(&mut self, range: &Range<usize>) {
        // An escaped character starts a text event after its backslash.
        let is_escaped = self.last_end < range.start && self.source.before(range.start).ends_with('\\');
        let escaped = self.source.original(range.clone()).chars().next().filter(|_| is_escaped);
        let start = range.start + escaped.map_or(0, char::len_utf8);
        let text = self.source.original(start..range.end);
        if self.gone_around > 0 {
            self.link_text(start, text);
        } else {
            self.open_brackets.extend(text.match_indices('[').map(|(at, _)| start + at));
            if self.last_gone_end == Some(start) {
                let run = text.len() - text.trim_start_matches(DELIMITERS).len();
                (start..start + run).for_each(|place| self.source.escape(place));
            }
        }
        self.last_text = start..range.end;
    }

    /// Escapes bare URLs in a text so that they do not become links.
    fn escape_addresses(&mut self, start: usize, text: &str) {
        for (sign, place) in [("://", 0), ("www.", 3), ("@", 0)] {
            for (at, _) in text.match_indices(sign) {
                self.source.escape(start + at + place);
            }
        }
    }

    /// Escapes the text of a removed link where it would become markup.
    fn link_text(&mut self, start: usize, text: &str) {
        if self.at_line_start {
            let content = text.trim_start();
            let content_start = start + (text.len() - content.len());
            self.source.remove(start..content_start);
            let digits = content.len() - content.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
            if content.starts_with(['#', '+', '-', '=', '>']) {
                self.source.escape(content_start);
            } else if digits > 0 && content[digits..].starts_with(['.', ')']) {
                self.source.escape(content_start + digits);
            }
        }
        self.escape_addresses(start, text);
        for (at, mark) in text.match_indices(['*', '_', '~', '`', '[', ']', '<']) {
            let is_in_word = text[..at].ends_with(char::is_alphanumeric)
                && text[at + mark.len()..].starts_with(char::is_alphanumeric);
            // An underscore within a word does not start emphasis.
            if !(mark == "_" && is_in_word) {
                self.source.escape(start + at);
            }
        }
    }
}

/// Returns whether a link is a bare URL.
fn is_bare(link_type: LinkType, source: &str) -> bool {
    matches!(link_type, LinkType::Autolink | LinkType::Email) && !source.starts_with('<')
}

#[cfg(test)]
mod tests {
    use entity::kind::NodeKind;

    use super::*;
    use crate::domain::article::LinkTarget;
    use crate::domain::article::document::Document;
    use crate::domain::html;

    /// Returns the source without links to `/course/gone`, and the HTML.
    fn unlinked(text: &str) -> (String, String) {
        let targets =
            [("/course/gone", LinkTarget::Unavailable), ("/topic/there", LinkTarget::Page { path: "/topic/x".into() })];
        let targets = LinkTargets::new(targets.map(|(path, target)| (path.to_owned(), (NodeKind::Course, target))));
        let mut source = EditedSource::new(text);
        let document = Document::parse(text, None);
        let events: Vec<_> =
            document.blocks().flat_map(|block| DeadLinkStripper::new(&mut source, &targets).block(block.0)).collect();
        source.apply();
        (source.edited_whole(), html::from_events(events))
    }

    #[test]
    fn links_in_prose_keep_their_text() {
        for (text, left) in [
            ("a [b](/course/gone) c", "a b c"),
            ("[b *c* `d`](/course/gone 'title').", "b *c* `d`."),
            ("[b](</course/gone>)[c](/course/gone)", "bc"),
            ("[b][r] [r][] [r]\n\n[r]: /course/gone", "b r r\n\n[r]: /course/gone"),
            ("## [b](/course/gone) c ##", "## b c ##"),
            ("> - [b\n> c](/course/gone)", "> - b\n> c"),
            ("|[b](/course/gone)|\n|-|", "|b|\n|-|"),
            ("**[b](/course/gone)**", "**b**"),
            ("[](/course/gone)a", "a"),
            ("![b *c*](/course/gone)", "b *c*"),
            ("[![b](/course/gone)](/course/gone)", "b"),
            ("[![b](/c)](/course/gone)", "![b](/c)"),
            ("`[b](/course/gone)`", "`[b](/course/gone)`"),
            ("    [b](/course/gone)", "    [b](/course/gone)"),
            ("\\[b](/course/gone)", "\\[b](/course/gone)"),
            ("[b](/course/there) [c](/topic/there)", "[b](/course/there) [c](/topic/there)"),
            ("[ä](/course/gone)ö", "äö"),
            ("b[^1]\n\n[^1]: [# c](/course/gone)", "b[^1]\n\n[^1]: \\# c"),
            (
                "[https://a.example www.a.example a@b.example](/course/gone)",
                "https\\://a.example www\\.a.example a\\@b.example",
            ),
        ] {
            assert_eq!(unlinked(text).0, left, "{text}");
        }
    }

    #[test]
    fn available_links_lead_to_canonical_paths() {
        assert_eq!(unlinked("[a](/topic/there)").1, "<p><a href=\"/topic/x\">a</a></p>\n");
        assert_eq!(unlinked("[a](/topic/there \"b\")").1, "<p><a href=\"/topic/x\" title=\"b\">a</a></p>\n");
        assert_eq!(unlinked("[a](/elsewhere)").1, "<p><a href=\"/elsewhere\">a</a></p>\n");
    }

    #[test]
    fn text_that_would_become_markup_is_escaped() {
        for (text, left) in [
            ("[# b](/course/gone)", "\\# b"),
            ("[- b](/course/gone)", "\\- b"),
            ("[1. b](/course/gone)", "1\\. b"),
            ("[    b](/course/gone)", "b"),
            ("a\n[===\nb](/course/gone)", "a\n\\===\nb"),
            ("a [# b](/course/gone)", "a # b"),
            ("[*b](/course/gone)*", "\\*b\\*"),
            ("x*[b](/course/gone)*y", "x\\*b\\*y"),
            ("\\*[b](/course/gone)\\*", "\\*b\\*"),
            ("[snake_case_ \\_d](/course/gone)", "snake_case\\_ \\_d"),
            ("[a [b](/course/gone) c](/d)", "\\[a b c](/d)"),
            ("[a\\]b](/course/gone)", "a\\]b"),
            ("[a<!-- ] -->b](/course/gone)", "a<!-- ] -->b"),
            ("[a&ast;b](/course/gone)", "a&ast;b"),
        ] {
            assert_eq!(unlinked(text).0, left, "{text}");
        }
    }

    #[test]
    fn source_and_html_render_the_same_text() {
        let parts =
            ["[b](/course/gone)", "*", "_", "~~", "`", "[", "](/e)", "!", "\\", "\n", "- ", "# ", "a", " ", "|", "<b>"];
        let inner =
            ["b", "*b", "b_", "**b**", "[b]", "`b`", "# b", "- b", "1. b", "a\nb", "\\*b", "![c](/d)", " b ", "<i>"];
        let links = inner.map(|inner| format!("[{inner}](/course/gone)"));
        let parts: Vec<&str> = parts.into_iter().chain(links.iter().map(String::as_str)).collect();
        let mut different = Vec::new();
        let mut tried = 0;
        for first in &parts {
            for second in &parts {
                for third in &parts {
                    let text = format!("{first}{second}{third}");
                    let (left, html) = unlinked(&text);
                    tried += 1;
                    let without_blanks = |html: &str| html.replace([' ', '\n'], "");
                    if without_blanks(&unlinked(&left).1) != without_blanks(&html) {
                        different.push((text, left, html));
                    }
                }
            }
        }
        assert!(different.len() * 100 < tried, "{} of {tried}: {different:#?}", different.len());
    }
}

//! Converts bare URLs and e-mail addresses to links, as in GitHub Flavored Markdown:
//! <https://github.github.com/gfm/#autolinks-extension->
//!
//! The parser recognizes only URLs in angle brackets. This module searches the events of the parser, so that code,
//! links and HTML are unaffected. If a URL contains emphasis, as `/_next_/` does, the marks are restored as text.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use crate::domain::markdown::Spanned;

/// Substrings that URLs contain, and few other texts do.
const SIGNS: [&str; 3] = ["://", "www.", "@"];
const MAILTO: &str = "mailto:";
/// The scheme of chat addresses, which resemble e-mail addresses. They stay text.
const XMPP: &str = "xmpp:";
/// How far before an address its scheme is searched, in bytes. A text without spaces can have many addresses.
const NEAR: usize = 320;

/// Returns the events with links for bare URLs.
pub fn link<'a>(source: &'a str, events: Vec<Spanned<'a>>) -> Vec<Spanned<'a>> {
    if !SIGNS.iter().any(|sign| source.contains(sign)) {
        return events;
    }
    let mut linked = Vec::with_capacity(events.len());
    // Enclosing elements in which URLs remain text.
    let mut closed: usize = 0;
    let mut rest = &events[..];
    while let Some((event, _)) = rest.first() {
        let length = match event {
            Event::Text(_) if closed == 0 => stretch(rest),
            Event::Start(tag) if is_closed(tag.to_end()) => {
                closed += 1;
                0
            }
            Event::End(tag) if is_closed(*tag) => {
                closed = closed.saturating_sub(1);
                0
            }
            _ => 0,
        };
        let (done, after) = rest.split_at(length.max(1));
        if length == 0 {
            linked.extend_from_slice(done);
        } else {
            Stretch { source, events: done }.link(&mut linked);
        }
        rest = after;
    }
    linked
}

/// Removes what does not belong to a URL at its end: punctuation, and an entity that `after` completes.
fn trimmed<'u>(url: &'u str, after: &str) -> &'u str {
    let entity = url.rfind('&').filter(|start| url[start + 1..].bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let url = match entity {
        Some(start) if after.starts_with(';') && start + 1 < url.len() => &url[..start],
        _ => url,
    };
    url.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~'])
}

fn is_closed(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock)
}

fn is_emphasis(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough)
}

/// Returns the number of leading events that are text and complete emphasis.
fn stretch(events: &[Spanned<'_>]) -> usize {
    let (mut depth, mut length): (usize, usize) = (0, 0);
    for (index, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Text(_) => {}
            Event::Start(tag) if is_emphasis(tag.to_end()) => depth += 1,
            Event::End(tag) if is_emphasis(*tag) && depth > 0 => depth -= 1,
            _ => break,
        }
        if depth == 0 {
            length = index + 1;
        }
    }
    length
}

/// Text and complete emphasis, in which URLs are searched.
struct Stretch<'e, 'a> {
    source: &'a str,
    events: &'e [Spanned<'a>],
}

impl<'a> Stretch<'_, 'a> {
    /// Appends the events, with links for URLs.
    fn link(&self, linked: &mut Vec<Spanned<'a>>) {
        let mut addresses = self.addresses().into_iter().peekable();
        let mut index = 0;
        // The end of the processed source, which can be within an event.
        let mut place = 0;
        while let Some((event, range)) = self.events.get(index) {
            let start = range.start.max(place);
            while addresses.next_if(|(address, _)| address.start < start).is_some() {}
            let begins = |(address, _): &(Range<usize>, LinkType)| address.start < range.end;
            if !self.is_as_written(event, range) || addresses.peek().is_none_or(|address| !begins(address)) {
                match event {
                    Event::Text(_) if start >= range.end => {}
                    Event::Text(_) if start > range.start => {
                        linked.push((self.text(start..range.end), start..range.end));
                    }
                    // The range of an end event covers the whole element.
                    _ => linked.push((event.clone(), range.clone())),
                }
                index += 1;
                continue;
            }
            let Some((address, link_type)) = addresses.next() else { break };
            let (end, next) = self.extent(index, address.end);
            if start < address.start {
                linked.push((self.text(start..address.start), start..address.start));
            }
            let shown = self.shown(index, address.start..end);
            let dest_url = match link_type {
                LinkType::Autolink if shown.starts_with("www.") => format!("http://{shown}").into(),
                _ => shown.clone(),
            };
            let link = Tag::Link { link_type, dest_url, title: CowStr::from(""), id: CowStr::from("") };
            let range = address.start..end;
            linked.push((Event::Start(link), range.clone()));
            linked.push((Event::Text(shown), range.clone()));
            linked.push((Event::End(TagEnd::Link), range));
            (index, place) = (next, end);
        }
    }

    /// Returns the URLs in the source of the stretch, in order.
    fn addresses(&self) -> Vec<(Range<usize>, LinkType)> {
        let [(_, first), .., (_, last)] = self.events else {
            return self.events.first().map(|(_, range)| self.addresses_in(range.clone())).unwrap_or_default();
        };
        let texts = self.events.iter().filter(|(event, _)| matches!(event, Event::Text(_)));
        let texts: Vec<&Range<usize>> = texts.map(|(_, range)| range).collect();
        let marks = self.marks();
        let mut addresses = self.addresses_in(first.start..last.end);
        // linkify accepts marks of emphasis in e-mail addresses.
        addresses.retain(|(address, _)| {
            let text = texts.partition_point(|text| text.end <= address.start);
            let starts_in_text = texts.get(text).is_some_and(|text| text.start <= address.start);
            let mark = marks.partition_point(|mark| *mark <= address.start);
            let contains_mark = marks.get(mark).is_some_and(|mark| *mark < address.end);
            starts_in_text && (self.is_web(address) || !contains_mark)
        });
        // Marks of emphasis after a domain, as in `_https://a.example_`, hide the URL before them.
        let hidden = texts.iter().flat_map(|range| self.addresses_in((*range).clone())).filter(|(hidden, _)| {
            let next = addresses.partition_point(|(address, _)| address.end <= hidden.start);
            addresses.get(next).is_none_or(|(address, _)| hidden.end <= address.start)
        });
        let hidden: Vec<_> = hidden.collect();
        addresses.extend(hidden);
        addresses.sort_by_key(|(address, _)| address.start);
        addresses
    }

    fn addresses_in(&self, range: Range<usize>) -> Vec<(Range<usize>, LinkType)> {
        let text = self.source.get(range.clone()).unwrap_or_default();
        if !SIGNS.iter().any(|sign| text.contains(sign)) {
            return Vec::new();
        }
        let mut finder = LinkFinder::new();
        finder.url_must_have_scheme(!text.contains("www."));
        let address = |link: linkify::Link<'_>| {
            let (start, end) = (range.start + link.start(), range.start + link.end());
            let (before, after) = (&self.source[range.start..start], &self.source[end..range.end]);
            if *link.kind() == LinkKind::Email {
                let near = &before[before.floor_char_boundary(before.len().saturating_sub(NEAR))..];
                let word = near.rsplit(char::is_whitespace).next().unwrap_or(near);
                if after.starts_with('-') || word.contains(XMPP) {
                    return None;
                }
                return Some(match before.strip_suffix(MAILTO) {
                    Some(before) => (range.start + before.len()..end, LinkType::Autolink),
                    None => (start..end, LinkType::Email),
                });
            }
            let end = start + trimmed(link.as_str(), after).len();
            let has = |scheme: &str| {
                link.as_str().get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            };
            let is_web = has("https://") || has("http://") || link.as_str().starts_with("www.");
            is_web.then_some((start..end, LinkType::Autolink))
        };
        finder.links(text).filter_map(address).collect()
    }

    /// Returns the end of a URL that starts in an event and would end at `end`, and the event after it. The URL ends
    /// before elements that are only partly within it.
    fn extent(&self, index: usize, end: usize) -> (usize, usize) {
        let mut next = index;
        // The ends of emphasis within the URL.
        let mut within = 0;
        while let Some((event, range)) = self.events.get(next) {
            let is_whole = range.end <= end;
            match event {
                Event::Text(_) if is_whole || range.end <= within => {}
                Event::Text(_) if next == index || (range.start < end && self.is_as_written(event, range)) => {
                    return (end, next);
                }
                Event::Start(_) if is_whole => within = within.max(range.end),
                Event::End(_) if range.end <= within => {}
                // The end of emphasis that started before the URL follows its last text.
                Event::End(_) => return (end.min(self.events[next - 1].1.end), next),
                _ => return (end.min(range.start), next),
            }
            next += 1;
        }
        (end, next)
    }

    fn is_web(&self, address: &Range<usize>) -> bool {
        let address = &self.source[address.clone()];
        address.contains("://") || address.starts_with("www.")
    }

    /// Returns where emphasis starts and ends, in order.
    fn marks(&self) -> Vec<usize> {
        let elements = self.events.iter().filter(|(event, _)| matches!(event, Event::Start(_)));
        let mut marks: Vec<usize> = elements.flat_map(|(_, element)| [element.start, element.end]).collect();
        marks.sort_unstable();
        marks
    }

    /// Returns the visible URL: entities resolved, backslashes removed, emphasis marks restored.
    fn shown(&self, index: usize, range: Range<usize>) -> CowStr<'a> {
        let mut shown = String::with_capacity(range.len());
        let mut place = range.start;
        let texts = self.events[index..].iter().take_while(|(_, text)| text.start < range.end);
        for (event, text) in texts {
            let Event::Text(content) = event else { continue };
            if text.start > place {
                shown.push_str(self.source[place..text.start].trim_end_matches('\\'));
            }
            let part = text.start.max(range.start)..text.end.min(range.end);
            if part.len() == text.len() {
                shown.push_str(content);
            } else {
                shown.push_str(&self.source[part.clone()]);
            }
            place = part.end;
        }
        shown.push_str(&self.source[place..range.end]);
        if shown == self.source[range.clone()] { CowStr::from(&self.source[range]) } else { CowStr::from(shown) }
    }

    /// Returns whether an event is a text that equals its source.
    fn is_as_written(&self, event: &Event<'_>, range: &Range<usize>) -> bool {
        matches!(event, Event::Text(text) if self.source.get(range.clone()) == Some(&**text))
    }

    fn text(&self, range: Range<usize>) -> Event<'a> {
        Event::Text(CowStr::from(&self.source[range]))
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::html::render;

    /// Returns the links of a text, with destinations and texts.
    fn links(markdown: &str) -> Vec<(String, String)> {
        let html = render(markdown);
        let link = |part: &str| {
            let (destination, rest) = part.split_once('"')?;
            let text = rest.split_once('>')?.1.split_once("</a>")?.0;
            Some((destination.to_owned(), text.to_owned()))
        };
        html.split("<a href=\"").skip(1).filter_map(link).collect()
    }

    #[test]
    fn bare_addresses_are_links() {
        for (markdown, destination, text) in [
            ("See https://a.example/b.", "https://a.example/b", "https://a.example/b"),
            ("(http://a.example/b_(c))", "http://a.example/b_(c)", "http://a.example/b_(c)"),
            ("www.a.example/b?c=d!", "http://www.a.example/b?c=d", "www.a.example/b?c=d"),
            ("HTTPS://A.example/", "HTTPS://A.example/", "HTTPS://A.example/"),
            ("**https://a.example/**", "https://a.example/", "https://a.example/"),
            ("_https://a.example/b_", "https://a.example/b", "https://a.example/b"),
            ("https://a.example/_next_/x_y", "https://a.example/_next_/x_y", "https://a.example/_next_/x_y"),
            ("https://a.example/a\\_b", "https://a.example/a_b", "https://a.example/a_b"),
            ("https://a.example/?b=c&amp;d=e", "https://a.example/?b=c&amp;d=e", "https://a.example/?b=c&amp;d=e"),
            ("https://a.example/b&copy;", "https://a.example/b", "https://a.example/b"),
            ("www.a.example/b?c=d&hl;", "http://www.a.example/b?c=d", "www.a.example/b?c=d"),
            ("https://a.example/b_", "https://a.example/b", "https://a.example/b"),
            ("https://a.example/b!?,.:*_~", "https://a.example/b", "https://a.example/b"),
            ("https://a.example/b&c", "https://a.example/b&amp;c", "https://a.example/b&amp;c"),
            ("- > https://a.example/b", "https://a.example/b", "https://a.example/b"),
            ("|https://a.example/b|\n|-|", "https://a.example/b", "https://a.example/b"),
            ("# https://a.example/b", "https://a.example/b", "https://a.example/b"),
            ("mail ada@a.example, please", "mailto:ada@a.example", "ada@a.example"),
            ("mailto:ada.l+b@a.example", "mailto:ada.l+b@a.example", "mailto:ada.l+b@a.example"),
        ] {
            assert_eq!(
                links(markdown),
                [(destination.to_owned(), text.to_owned())],
                "{markdown}: {}",
                render(markdown)
            );
        }
        let two = links("https://a.example/1 and *https://a.example/2*, ada@a.example");
        assert_eq!(two.len(), 3, "{two:?}");
    }

    #[test]
    fn other_texts_are_not_links() {
        for markdown in [
            "`https://a.example/b`",
            "    https://a.example/b",
            "```\nhttps://a.example/b\n```",
            "https\\://a.example/b",
            "www\\.a.example",
            "ada\\@a.example",
            "javascript://a.example/%0aalert(1)",
            "ftp://a.example/b",
            "example.org and a.b/c",
            "https:// www. @ ://",
            "xhttps://a.example/b",
            "xmpp:ada@a.example/phone@b.example",
            "ada@a.example-",
            "<img src=\"https://a.example/b\">",
            "![https://a.example/b](/c)",
        ] {
            assert_eq!(links(markdown), [], "{markdown}: {}", render(markdown));
        }
        assert_eq!(links("[https://a.example/b](/c)"), [("/c".to_owned(), "https://a.example/b".to_owned())]);
        assert_eq!(links("<https://a.example/b>").len(), 1);
    }

    #[test]
    fn emphasis_ends_after_addresses() {
        let addresses = [
            ("https://a.example", "https://a.example"),
            ("https://a.example/", "https://a.example/"),
            ("https://a.example/_next_/x_y", "https://a.example/_next_/x_y"),
            ("www.a.example", "http://www.a.example"),
            ("a@b.example", "mailto:a@b.example"),
            ("mailto:a@b.example", "mailto:a@b.example"),
        ];
        for (address, destination) in addresses {
            let rel = if address.contains('@') { "" } else { " rel=\"noopener noreferrer nofollow\"" };
            let link = format!("<a href=\"{destination}\"{rel}>{address}</a>");
            for (mark, element) in [("*", "em"), ("_", "em"), ("**", "strong"), ("__", "strong"), ("~~", "del")] {
                for (before, after) in
                    [("", ""), ("", " y"), ("x ", ""), ("x ", " y"), ("x b@b.example ", ". y"), ("連絡先", "")]
                {
                    // Marks of this kind are no emphasis after a letter.
                    if mark.starts_with('_') && before.ends_with('先') {
                        continue;
                    }
                    let markdown = format!("{before}{mark}{address}{mark}{after}\n\nz");
                    let expected = format!("<{element}>{link}</{element}>{after}</p>\n<p>z</p>\n");
                    let html = render(&markdown);
                    assert!(html.ends_with(&expected), "{markdown}: {html}");
                }
            }
        }
    }

    #[test]
    fn texts_around_addresses_stay_as_they_are() {
        for (markdown, html) in [
            (
                "a *b* https://a.example/ c &amp; d",
                "<p>a <em>b</em> <a href=\"https://a.example/\" rel=\"noopener noreferrer nofollow\">https://a.example/</a> c &amp; d</p>\n",
            ),
            (
                "*a www.a.example b* c",
                "<p><em>a <a href=\"http://www.a.example\" rel=\"noopener noreferrer nofollow\">www.a.example</a> b</em> c</p>\n",
            ),
            (
                "*https://a.example/*, b",
                "<p><em><a href=\"https://a.example/\" rel=\"noopener noreferrer nofollow\">https://a.example/</a></em>, b</p>\n",
            ),
            (
                "a **https://a.example b** c\n\nd",
                "<p>a <strong><a href=\"https://a.example\" rel=\"noopener noreferrer nofollow\">https://a.example</a> b</strong> c</p>\n<p>d</p>\n",
            ),
        ] {
            assert_eq!(render(markdown), html);
        }
    }
}

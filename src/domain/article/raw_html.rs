//! Links that are displayed as text: in raw HTML, and around footnotes, where the parser does not recognize links.
//! Readers can see their destinations, and other renderers can make links of them, so unavailable destinations are
//! removed as well.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::domain::markdown;

/// The attributes with URLs.
const ATTRIBUTES: [&str; 2] = ["href", "src"];

/// Returns the destinations of such links with their ranges in the source, in order.
pub fn destinations(source: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    // Most articles have none.
    if name_end(source, 0).is_some() {
        for (event, range) in markdown::parser(source) {
            if matches!(event, Event::Html(_) | Event::InlineHtml(_)) {
                attributes(source, range, &mut found);
            }
        }
    }
    if source.contains("[^") && source.contains("](") {
        around_footnotes(source, &mut found);
        found.sort_by_key(|(_, range)| range.start);
        found.dedup();
    }
    found
}

/// Returns the links with footnotes in their texts, which are links in the source without the brackets of footnotes.
fn around_footnotes<'a>(source: &'a str, found: &mut Vec<(&'a str, Range<usize>)>) {
    let mut masked = source.as_bytes().to_vec();
    for (start, opening) in source.match_indices("[^") {
        let label = start + opening.len();
        let end = source[label..].find(['[', ']', '\n']).map(|length| label + length);
        if let Some(end) = end.filter(|end| source.as_bytes()[*end] == b']') {
            (masked[start], masked[end]) = (b'x', b'x');
        }
    }
    // The replacement keeps byte positions, because both characters are ASCII.
    let masked = String::from_utf8(masked).unwrap_or_default();
    let place = |dest_url: &str, range: Range<usize>| {
        let (text, _) = source[range.clone()].rsplit_once("](").filter(|(text, _)| text.contains("[^"))?;
        let behind = range.start + text.len() + 2;
        let start = behind + source[behind..range.end].find(dest_url).filter(|_| !dest_url.is_empty())?;
        Some(start..start + dest_url.len())
    };
    for (event, range) in markdown::parser_without_footnotes(&masked) {
        if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
            && let Some(place) = place(&dest_url, range)
        {
            found.push((&source[place.clone()], place));
        }
    }
}

/// Returns the source without the destinations in these sorted ranges.
pub fn without(source: &str, ranges: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut left = String::with_capacity(source.len());
    let mut place = 0;
    for range in ranges {
        left.push_str(&source[place..range.start]);
        place = range.end;
    }
    left.push_str(&source[place..]);
    left
}

/// Finds the attributes in a range: the name, an equals sign, and the value in quotes or up to whitespace.
fn attributes<'a>(source: &'a str, range: Range<usize>, found: &mut Vec<(&'a str, Range<usize>)>) {
    let html = &source[..range.end];
    let mut place = range.start;
    while let Some(end) = name_end(html, place) {
        place = end;
        let after = html[end..].trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else { continue };
        let quote = value.chars().next().filter(|c| ['"', '\''].contains(c));
        let value = quote.map_or(value, |quote| &value[quote.len_utf8()..]);
        let length = match quote {
            Some(quote) => value.find(quote).unwrap_or(value.len()),
            None => value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len()),
        };
        let start = html.len() - value.len();
        place = start + length;
        found.push((&source[start..place], start..place));
    }
}

/// Returns the end of the next attribute name, ignoring case.
fn name_end(html: &str, from: usize) -> Option<usize> {
    let begins = |place: &usize| {
        let name_at = |name: &&&str| {
            html.as_bytes()
                .get(*place..place + name.len())
                .is_some_and(|bytes| bytes.eq_ignore_ascii_case(name.as_bytes()))
        };
        ATTRIBUTES.iter().find(name_at).map(|name| place + name.len())
    };
    (from..html.len()).find_map(|place| begins(&place))
}

#[cfg(test)]
mod tests {
    use super::{destinations, without};

    #[test]
    fn destinations_are_found_in_html_alone() {
        let source = "<a HREF = \"/1\">a</a> and <img src='/2'>.\n\n<div>\n<a class=x href=/3>é</a>\n</div>\n\n\
                      `<a href=\"/x\">` href=\"/y\"\n\n<!-- <a href=\"/4\"> -->\n\n    <a href=\"/z\">\n";
        let found = destinations(source);
        assert_eq!(found.iter().map(|(destination, _)| *destination).collect::<Vec<_>>(), ["/1", "/2", "/3", "/4"]);
        let left = without(source, found.into_iter().map(|(_, range)| range));
        assert!(left.starts_with("<a HREF = \"\">a</a> and <img src=''>.\n\n<div>\n<a class=x href=>é</a>"), "{left}");
        assert!(left.contains("/x") && left.contains("/y") && left.contains("/z"), "{left}");
    }

    #[test]
    fn links_around_footnotes_are_found() {
        let source = "[a[^1]](/1) [b](/x) ![c[^1]](</2> 'd')\n\n[^1]: e [f[^1]](/3)\n";
        let found: Vec<&str> = destinations(source).into_iter().map(|(destination, _)| destination).collect();
        assert_eq!(found, ["/1", "/2", "/3"]);
    }

    #[test]
    fn truncated_html_is_accepted() {
        for source in ["<a href", "<a href=\n>", "<a href=\"/1", "<a href='>", "a<a href=é src=ü>b"] {
            let _ = destinations(source);
        }
    }
}

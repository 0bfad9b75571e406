//! Converts Markdown to safe HTML, and to plain text.
//!
//! Raw HTML is displayed as text. The output of the renderer is sanitized as well, so that a defect in one of them is
//! not sufficient for an attack.

mod footnotes;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd, html};

use crate::domain::markdown::{events, parser, text_of};

/// The maximum nesting depth. Deeper elements keep only their text, because the time of the sanitizer depends on the
/// depth of every element.
const MAX_DEPTH: usize = 64;

/// The attributes of links to other sites: they get no referrer and no access to the page, and search engines ignore
/// the links.
const EXTERNAL_LINK_REL: &str = r#" rel="noopener noreferrer nofollow">"#;

/// Renders Markdown as sanitized HTML.
///
/// Links can have http, https, mailto and tel URLs and relative ones. Links to other sites get `rel="noopener
/// noreferrer nofollow"`.
#[must_use]
pub fn render(markdown: &str) -> String {
    from_events(events(markdown, parser(markdown)).into_iter().map(|(event, _)| event))
}

/// Returns the text of Markdown without markup, with each block on its own line.
#[must_use]
pub fn plain(markdown: &str) -> String {
    text_of(events(markdown, parser(markdown)).iter().map(|(event, _)| event))
}

/// Renders events as sanitized HTML.
pub(super) fn from_events<'a>(events: impl IntoIterator<Item = Event<'a>>) -> String {
    let mut depth = DepthLimiter::default();
    let mut images: usize = 0;
    let safe = events.into_iter().filter(|event| depth.allows(event)).filter_map(|event| match event {
        Event::Start(Tag::Image { .. }) => {
            images += 1;
            Some(event)
        }
        Event::End(TagEnd::Image) => {
            images = images.saturating_sub(1);
            Some(event)
        }
        // Alternative texts cannot contain links.
        Event::Start(Tag::Link { .. }) | Event::End(TagEnd::Link) if images > 0 => None,
        Event::Start(Tag::Link { .. }) => Some(link(event)),
        other => Some(other),
    });
    let mut unsafe_html = String::new();
    html::push_html(&mut unsafe_html, footnotes::to_html(safe));
    SANITIZER.clean(&unsafe_html).to_string()
}

/// Adds attributes to the start of a link to another site.
fn link(start: Event<'_>) -> Event<'_> {
    let is_marked = matches!(&start, Event::Start(Tag::Link { link_type, dest_url, .. })
        if *link_type != LinkType::Email && is_external(dest_url));
    if !is_marked {
        return start;
    }
    let mut tag = String::new();
    html::push_html(&mut tag, [start].into_iter());
    tag.truncate(tag.trim_end_matches('>').len());
    tag.push_str(EXTERNAL_LINK_REL);
    Event::InlineHtml(CowStr::from(tag))
}

/// Returns whether a destination can lead to another site. Browsers treat backslashes as slashes.
fn is_external(destination: &str) -> bool {
    let is_of = |scheme: &str| destination.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if is_of("mailto:") || is_of("tel:") {
        return false;
    }
    let start: Vec<char> = destination.trim_start().chars().take(2).collect();
    match start.as_slice() {
        ['/' | '\\', second] => matches!(second, '/' | '\\'),
        _ => destination.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':')),
    }
}

/// Limits the nesting depth.
#[derive(Default)]
struct DepthLimiter(usize);

impl DepthLimiter {
    /// Returns whether to keep an event: all texts, and elements up to [`MAX_DEPTH`].
    fn allows(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Start(_) => {
                self.0 += 1;
                self.0 <= MAX_DEPTH
            }
            Event::End(_) => {
                self.0 = self.0.saturating_sub(1);
                self.0 < MAX_DEPTH
            }
            _ => true,
        }
    }
}

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "img",
            "li",
            "ol",
            "p",
            "pre",
            "strong",
            "sup",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "id", "title", "rel"])),
            ("li", HashSet::from(["id"])),
            ("img", HashSet::from(["src", "alt", "title"])),
            ("ol", HashSet::from(["start"])),
            ("code", HashSet::from(["class"])),
            ("th", HashSet::from(["style"])),
            ("td", HashSet::from(["style"])),
            ("h1", HashSet::from(["id"])),
            ("h2", HashSet::from(["id"])),
            ("h3", HashSet::from(["id"])),
            ("h4", HashSet::from(["id"])),
            ("h5", HashSet::from(["id"])),
            ("h6", HashSet::from(["id"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(allowed_attribute_value);
    builder
});

/// Allows `class` only for the language of code, and `style` only for the alignment of table cells.
fn allowed_attribute_value<'a>(_element: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let is_allowed = match attribute {
        "class" => value.starts_with("language-") && !value.contains(char::is_whitespace),
        "style" => matches!(value, "text-align: left" | "text-align: center" | "text-align: right"),
        _ => true,
    };
    is_allowed.then_some(Cow::Borrowed(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html() {
        for (markdown, html) in [
            ("", ""),
            ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>\n"),
            ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"),
            ("- [x] a\n- [ ] b", "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>\n"),
            ("```rust\n<a>\n```", "<pre><code class=\"language-rust\">&lt;a&gt;\n</code></pre>\n"),
            ("# a {#b}", "<h1>a {#b}</h1>\n"),
            (
                "a[^1] [^no]\n\n[^2]: c",
                "<p>a[^1] [^no]</p>\n<ol start=\"1\">\n<li id=\"fn:1\">\n<p>c</p>\n</li>\n</ol>\n",
            ),
        ] {
            assert_eq!(render(markdown), html);
        }
        let table = render("|a|b|\n|-:|--|\n|1|2|");
        assert!(
            table.starts_with("<table><thead><tr><th style=\"text-align: right\">a</th><th>b</th></tr>"),
            "{table}"
        );
    }

    #[test]
    fn raw_html_is_escaped() {
        for (markdown, html) in [
            ("a <b>c</b> Vec<T>", "<p>a &lt;b&gt;c&lt;/b&gt; Vec&lt;T&gt;</p>\n"),
            ("<script>\nalert(1)\n</script>\n\nb", "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n<p>b</p>\n"),
            ("a<!-- b -->c", "<p>ac</p>\n"),
            ("<!-- a\n\nb -->\n\nc", "<p>c</p>\n"),
        ] {
            assert_eq!(render(markdown), html);
        }
    }

    #[test]
    fn links_are_sanitized() {
        for (markdown, html) in [
            ("[a](/career/ci4tzd 'b')", "<p><a href=\"/career/ci4tzd\" title=\"b\">a</a></p>\n"),
            ("[a](#b)", "<p><a href=\"#b\">a</a></p>\n"),
            ("[a](b/c:d)", "<p><a href=\"b/c:d\">a</a></p>\n"),
            ("<a@b.example>", "<p><a href=\"mailto:a@b.example\">a@b.example</a></p>\n"),
            ("[a](mailto:b@c.example?subject=d)", "<p><a href=\"mailto:b@c.example?subject=d\">a</a></p>\n"),
            ("[a](tel:+49-30-123)", "<p><a href=\"tel:+49-30-123\">a</a></p>\n"),
            ("<tel:+4930123>", "<p><a href=\"tel:+4930123\">tel:+4930123</a></p>\n"),
            ("[a](javascript:alert(1))", "<p><a rel=\"noopener noreferrer nofollow\">a</a></p>\n"),
            ("[a](VBScript&colon;x)", "<p><a rel=\"noopener noreferrer nofollow\">a</a></p>\n"),
            ("![a](data:x)", "<p><img alt=\"a\"></p>\n"),
            ("![a [b](https://c.example) d](/e)", "<p><img src=\"/e\" alt=\"a b d\"></p>\n"),
        ] {
            assert_eq!(render(markdown), html);
        }
        for destination in
            ["https://a.example/?b=\"c", "//a.example", "/\\a.example", "\\\\\\\\a.example", "HTTP://a.example"]
        {
            let html = render(&format!("[a](<{destination}>)"));
            assert!(html.contains(" rel=\"noopener noreferrer nofollow\">a</a>"), "{html}");
        }
    }

    #[test]
    fn footnotes_are_numbered_and_lead_there_and_back() {
        for (markdown, html) in [
            (
                "a[^x] b[^y] c[^X]\n\n[^y]: d\n[^x]: *e*\n",
                "<p>a<sup><a href=\"#fn:1\" id=\"fnref:1\">1</a></sup> b<sup><a href=\"#fn:2\" id=\"fnref:2\">2</a></sup> \
                 c<sup><a href=\"#fn:1\" id=\"fnref:1-2\">1</a></sup></p>\n\
                 <ol start=\"2\">\n<li id=\"fn:2\">\n<p>d <a href=\"#fnref:2\">↩</a></p>\n</li>\n</ol>\n\
                 <ol start=\"1\">\n<li id=\"fn:1\">\n<p><em>e</em> <a href=\"#fnref:1\">↩</a> <a href=\"#fnref:1-2\">↩</a></p>\n</li>\n</ol>\n",
            ),
            (
                "a[^1]\n\n[^1]: - c\n",
                "<p>a<sup><a href=\"#fn:1\" id=\"fnref:1\">1</a></sup></p>\n<ol start=\"1\">\n<li id=\"fn:1\">\n<ul>\n<li>c</li>\n</ul>\n\
                 <p><a href=\"#fnref:1\">↩</a></p>\n</li>\n</ol>\n",
            ),
        ] {
            assert_eq!(render(markdown), html, "{markdown}");
        }
        let twice = render("[^a]\n\n[^a]: b\n\n[^a]: c\n");
        assert_eq!((twice.matches("id=\"fn:1\"").count(), twice.matches("id=\"fn:2\"").count()), (1, 1), "{twice}");
        let label = render("a[^\"><script>]\n\n[^\"><script>]: b\n");
        assert!(!label.contains("<script"), "{label}");
        assert_eq!(plain("a[^1] b\n\n[^1]: c"), "a b\nc");
    }

    #[test]
    fn attributes_are_sanitized() {
        assert!(!render("```x\" onload=\"y\na\n```").contains("onload"));
        assert_eq!(render("``` other\na\n```"), "<pre><code class=\"language-other\">a\n</code></pre>\n");
        let html = render("[a](/b \"c\\\" onclick=\\\"d\")");
        assert_eq!(html, "<p><a href=\"/b\" title=\"c&quot; onclick=&quot;d\">a</a></p>\n");
    }

    #[test]
    fn deep_nesting_keeps_its_text() {
        let html = render(&format!("{}a", "> ".repeat(1_000)));
        assert_eq!(html.matches("<blockquote>").count(), MAX_DEPTH);
        assert!(html.contains('a'));
    }

    #[test]
    fn plain_text_has_no_marks() {
        for (markdown, text) in [
            ("", ""),
            ("# A *b*\n\nc\nd  \ne", "A b\nc d e"),
            ("- a\n  - b\n- c", "a\nb\nc"),
            ("|a|b|\n|-|-|\n|c|d|", "a b\nc d"),
            ("[a](/b) ![c](/d) `e` &amp; <f>", "a  e & <f>"),
            ("**bo**ld", "bold"),
        ] {
            assert_eq!(plain(markdown), text, "{markdown:?}");
        }
    }
}

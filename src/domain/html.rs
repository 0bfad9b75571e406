//! Markdown to HTML that is safe to put into a page: rendered by pulldown-cmark, and always sanitised by ammonia.

use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_cmark::{Event, Options, Parser};

/// How deep quotes and lists are nested at most. What is deeper keeps its text and loses its nesting: no reader needs it,
/// and it would only serve to exhaust those who process it.
const MAX_DEPTH: usize = 50;

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder.url_schemes(["http", "https", "mailto"].into());
    for heading in ["h1", "h2", "h3", "h4", "h5", "h6"] {
        builder.add_tag_attributes(heading, ["id"]);
    }
    builder.add_tag_attributes("code", ["class"]);
    builder
});

/// What of Markdown is understood beyond CommonMark: tables and strikethrough.
#[must_use]
pub fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// Renders Markdown as sanitised HTML.
#[must_use]
pub fn render(markdown: &str) -> String {
    render_events(Parser::new_ext(markdown, options()))
}

/// Renders the events of a Markdown parser as sanitised HTML. Raw HTML in them is shown as text.
pub fn render_events<'a>(events: impl Iterator<Item = Event<'a>>) -> String {
    let mut depth = 0;
    let events = events.filter_map(|event| match event {
        Event::Start(tag) => {
            depth += 1;
            (depth <= MAX_DEPTH).then_some(Event::Start(tag))
        }
        Event::End(tag) => {
            depth -= 1;
            (depth < MAX_DEPTH).then_some(Event::End(tag))
        }
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        event => Some(event),
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    SANITISER.clean(&html).to_string()
}

/// The text of Markdown, without any markup.
#[must_use]
pub fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(piece) | Event::Code(piece) => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !text.ends_with(' ') => text.push(' '),
            _ => {}
        }
    }
    // The end of an emphasis left a blank before what follows it; the ends of blocks left one too many.
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",").replace(" .", ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_runs_comes_through() {
        let html = render(
            "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)>\n\n<div onclick=a>",
        );
        assert!(
            !html.contains("<script") && !html.contains("href") && !html.contains("<img") && !html.contains("<div")
        );
        assert!(html.contains("&lt;script&gt;alert(1)"), "it is shown as text: {html}");
    }

    #[test]
    fn markdown_becomes_html() {
        assert_eq!(render("*a* `b`"), "<p><em>a</em> <code>b</code></p>\n");
        assert!(render("|a|\n|-|\n|b|").contains("<table>"));
        assert!(render("[x](https://example.org)").contains("rel=\"noopener noreferrer\""));
    }

    #[test]
    fn plain_text_has_no_markup() {
        assert_eq!(plain("**Why** this [one](https://x.org), *indeed*.\n\nMore."), "Why this one, indeed. More.");
    }

    #[test]
    fn deep_nesting_is_cut() {
        let html = render(&format!("{}deep", "> ".repeat(5_000)));
        assert!(html.contains("deep") && html.matches("<blockquote>").count() <= MAX_DEPTH);
    }
}

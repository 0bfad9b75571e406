//! Markdown as it is understood here: GitHub's flavor with tables, strikethrough, task lists, footnotes and bare
//! addresses, and without HTML, which is text like any other.

mod autolinks;
pub(super) mod footnotes;

use std::ops::Range;

use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag, TagEnd};

/// An event of the parser, and the bytes of the source that it stands for.
pub type Spanned<'a> = (Event<'a>, Range<usize>);

const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// The parser for a text, with the byte ranges of its events.
#[must_use]
pub fn parser(markdown: &str) -> OffsetIter<'_> {
    Parser::new_ext(markdown, OPTIONS | Options::ENABLE_FOOTNOTES).into_offset_iter()
}

/// The parser for a text in which footnotes mean nothing.
#[must_use]
pub fn parser_without_footnotes(markdown: &str) -> OffsetIter<'_> {
    Parser::new_ext(markdown, OPTIONS).into_offset_iter()
}

/// The events of a text, with links for bare addresses, numbered footnotes, and HTML turned into the text that it is.
#[must_use]
pub fn events<'a>(source: &'a str, parser: OffsetIter<'a>) -> Vec<Spanned<'a>> {
    let mut events = html_as_text(autolinks::link(source, parser.collect()));
    footnotes::number(&mut events);
    events
}

/// The events with HTML turned into text and its comments left out.
fn html_as_text(parsed: Vec<Spanned<'_>>) -> Vec<Spanned<'_>> {
    let mut events = Vec::with_capacity(parsed.len());
    // The block of HTML that is being collected: it comes line by line.
    let mut block: Option<String> = None;
    for (event, range) in parsed {
        match event {
            Event::Start(Tag::HtmlBlock) => block = Some(String::new()),
            Event::End(TagEnd::HtmlBlock) => {
                let text = block.take().filter(|text| !is_comment(text));
                if let Some(text) = text {
                    events.push((Event::Start(Tag::Paragraph), range.clone()));
                    events.push((Event::Text(text.trim_end().to_owned().into()), range.clone()));
                    events.push((Event::End(TagEnd::Paragraph), range));
                }
            }
            Event::Html(line) | Event::Text(line) if block.is_some() => {
                if let Some(block) = &mut block {
                    block.push_str(&line);
                }
            }
            // A comment in a line leaves its place behind, for who looks where in the source things end.
            Event::InlineHtml(text) | Event::Html(text) if is_comment(&text) => {
                events.push((Event::Text("".into()), range));
            }
            Event::InlineHtml(text) | Event::Html(text) => events.push((Event::Text(text), range)),
            Event::TaskListMarker(done) => {
                events.push((Event::Text(if done { "☑ " } else { "☐ " }.into()), range));
            }
            other => events.push((other, range)),
        }
    }
    events
}

fn is_comment(html: &str) -> bool {
    html.trim_start().starts_with("<!--")
}

/// Whether a tag stands in a line of text, rather than for a block of its own.
#[must_use]
pub fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

/// The text that a reader sees, blocks on lines of their own. Images are left out, with what describes them.
#[must_use]
pub fn text_of<'a, 'b: 'a>(events: impl IntoIterator<Item = &'a Event<'b>>) -> String {
    let mut text = String::new();
    let mut images: usize = 0;
    for event in events {
        match event {
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images = images.saturating_sub(1),
            _ if images > 0 => {}
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak | Event::Start(Tag::TableCell) | Event::End(TagEnd::TableCell) => {
                separate(&mut text);
            }
            Event::Start(tag) if !is_inline(tag.to_end()) => end_line(&mut text),
            Event::End(tag) if !is_inline(*tag) => end_line(&mut text),
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn separate(text: &mut String) {
    if !text.is_empty() && !text.ends_with(char::is_whitespace) {
        text.push(' ');
    }
}

fn end_line(text: &mut String) {
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push('\n');
    }
}

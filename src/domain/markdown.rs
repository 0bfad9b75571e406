//! Markdown with GitHub's tables, strikethrough, task lists, footnotes and autolinks, and with HTML as text.

mod autolinks;
pub(super) mod footnotes;

use std::ops::Range;

use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag, TagEnd};

/// An event of the parser, with its byte range in the source.
pub type Spanned<'a> = (Event<'a>, Range<usize>);

const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// Returns the parser for a text.
#[must_use]
pub fn parser(markdown: &str) -> OffsetIter<'_> {
    Parser::new_ext(markdown, OPTIONS | Options::ENABLE_FOOTNOTES).into_offset_iter()
}

/// Returns the parser for a text without footnotes.
#[must_use]
pub fn parser_without_footnotes(markdown: &str) -> OffsetIter<'_> {
    Parser::new_ext(markdown, OPTIONS).into_offset_iter()
}

/// Returns the events of a text, with links for bare URLs, numbered footnotes, and HTML as text.
#[must_use]
pub fn events<'a>(source: &'a str, parser: OffsetIter<'a>) -> Vec<Spanned<'a>> {
    let mut events = html_as_text(autolinks::link(source, parser.collect()));
    footnotes::number(&mut events);
    events
}

/// Converts HTML to text, and removes comments.
fn html_as_text(parsed: Vec<Spanned<'_>>) -> Vec<Spanned<'_>> {
    let mut events = Vec::with_capacity(parsed.len());
    // The current HTML block, which is parsed line by line.
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
            // An inline comment leaves an empty text, so that the positions in the source remain complete.
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

/// Returns whether a tag is inline.
#[must_use]
pub fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

/// Returns the visible text, with each block on its own line. Images are omitted, including their alternative texts.
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

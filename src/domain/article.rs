//! Articles: Markdown that may link to the catalog, cut into sections, with cards between the prose.
//!
//! Two passes. The first finds what the text links to ([`links`]). Once it is known what of that the reader may see,
//! [`Article::new`] takes the rest out of the source ([`redact`]) and reads what is left section by section, so that the
//! Markdown, the HTML and the word count all tell the same.

mod redact;
mod words;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::{html, path, slug};

/// Words that a reader reads in a minute.
const WORDS_PER_MINUTE: usize = 230;

/// A link to something in the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogLink {
    pub address: path::Address,
    /// As the editor wrote it.
    pub destination: String,
}

/// What a catalog link leads to, for the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// Nothing that the reader sees.
    Gone,
    /// A page.
    Page { path: String },
    /// A course or book, which a paragraph may embed.
    Resource { path: String },
}

/// The catalog links of an article, each destination once, in order.
#[must_use]
pub fn links(markdown: &str, public_url: Option<&str>) -> Vec<CatalogLink> {
    let mut seen = HashSet::new();
    Parser::new_ext(markdown, html::options())
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.into_string()),
            _ => None,
        })
        .filter(|destination| seen.insert(destination.clone()))
        .filter_map(|destination| Some(CatalogLink { address: address(&destination, public_url)?, destination }))
        .collect()
}

/// The address that a link's destination is; nothing where it leads out of the catalog.
fn address(destination: &str, public_url: Option<&str>) -> Option<path::Address> {
    let local = match public_url {
        Some(origin) => destination.strip_prefix(origin).unwrap_or(destination),
        None => destination,
    };
    if local.starts_with('/') { path::parse(local) } else { None }
}

/// An article as one reader sees it.
#[derive(Debug)]
pub struct Article {
    markdown: String,
    events: Vec<Event<'static>>,
    sections: Vec<Section>,
    word_count: usize,
}

/// A heading and what stands below it, up to the next heading.
#[derive(Debug)]
pub struct Section {
    /// Unique in the article.
    pub anchor: String,
    /// 1 to 6; 0 for what stands before the first heading.
    pub level: u8,
    /// Plain text.
    pub heading: Option<String>,
    /// Without the heading.
    pub markdown: String,
    pub blocks: Vec<Block>,
    /// Of the article's events, without the heading's.
    events: Range<usize>,
}

/// A stretch of a section.
#[derive(Debug)]
pub enum Block {
    Prose(Prose),
    /// A paragraph that was only a link to a course or book.
    Embed {
        destination: String,
    },
}

/// Paragraphs, lists, quotes, code.
#[derive(Debug)]
pub struct Prose {
    pub markdown: String,
    events: Range<usize>,
}

/// A block at the top level of the document: where it stands in the source, and which events it is made of.
struct TopLevel {
    source: Range<usize>,
    events: Range<usize>,
    what: What,
}

enum What {
    Heading(HeadingLevel),
    Embed(String),
    Prose,
}

impl Article {
    /// Reads an article for one reader; `resolve` says what each catalog link, by its destination, leads to.
    #[must_use]
    pub fn new(markdown: &str, public_url: Option<&str>, resolve: impl Fn(&str) -> LinkTarget) -> Self {
        let targets: HashMap<String, LinkTarget> = links(markdown, public_url)
            .into_iter()
            .map(|link| (link.destination.clone(), resolve(&link.destination)))
            .collect();
        let markdown = redact::redact(markdown, |destination| targets.get(destination) == Some(&LinkTarget::Gone));
        let (mut events, top_level) = read(&markdown, &targets);
        let (sections, word_count) = sections(&markdown, &mut events, &top_level);
        Self { markdown, events, sections, word_count }
    }

    /// The source, without what the reader does not see.
    #[must_use]
    pub fn markdown(&self) -> &str {
        &self.markdown
    }

    /// All of it as sanitised HTML; headings have their section's anchor as id.
    #[must_use]
    pub fn html(&self) -> String {
        html::render_events(self.events.iter().cloned())
    }

    /// A section as sanitised HTML, without its heading.
    #[must_use]
    pub fn section_html(&self, section: &Section) -> String {
        html::render_events(self.events[section.events.clone()].iter().cloned())
    }

    /// A stretch of prose as sanitised HTML.
    #[must_use]
    pub fn prose_html(&self, prose: &Prose) -> String {
        html::render_events(self.events[prose.events.clone()].iter().cloned())
    }

    /// How many words the headings and the prose have.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.word_count
    }

    /// How many minutes they take to read, rounded up.
    #[must_use]
    pub fn reading_time_minutes(&self) -> usize {
        self.word_count.div_ceil(WORDS_PER_MINUTE)
    }

    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }
}

/// The events of the source, links to the catalog pointing where their target lives now, and the blocks at its top level.
fn read(markdown: &str, targets: &HashMap<String, LinkTarget>) -> (Vec<Event<'static>>, Vec<TopLevel>) {
    let (mut events, mut top_level) = (Vec::new(), Vec::new());
    let (mut depth, mut start) = (0usize, 0);
    for (event, source) in Parser::new_ext(markdown, html::options()).into_offset_iter() {
        let is_block = match &event {
            Event::Start(_) => {
                depth += 1;
                if depth == 1 {
                    start = events.len();
                }
                false
            }
            Event::End(_) => {
                depth -= 1;
                depth == 0
            }
            _ => {
                if depth == 0 {
                    start = events.len();
                }
                depth == 0
            }
        };
        events.push(event.into_static());
        if is_block {
            let what = what(&events[start..], targets);
            top_level.push(TopLevel { source, events: start..events.len(), what });
        }
    }
    for event in &mut events {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && let Some(LinkTarget::Page { path } | LinkTarget::Resource { path }) = targets.get(dest_url.as_ref())
        {
            *dest_url = path.clone().into();
        }
    }
    (events, top_level)
}

fn what(events: &[Event<'_>], targets: &HashMap<String, LinkTarget>) -> What {
    if let [Event::Start(Tag::Heading { level, .. }), ..] = events {
        return What::Heading(*level);
    }
    match only_link(events) {
        Some(destination) if matches!(targets.get(destination), Some(LinkTarget::Resource { .. })) => {
            What::Embed(destination.to_owned())
        }
        _ => What::Prose,
    }
}

/// The destination of the link that is all a paragraph has.
fn only_link<'e>(events: &'e [Event<'_>]) -> Option<&'e str> {
    let [
        Event::Start(Tag::Paragraph),
        Event::Start(Tag::Link { dest_url, .. }),
        inside @ ..,
        Event::End(TagEnd::Link),
        Event::End(TagEnd::Paragraph),
    ] = events
    else {
        return None;
    };
    // Links cannot be nested, so an end of one in between is the end of this one: then there is a second.
    let alone = !inside.iter().any(|event| matches!(event, Event::End(TagEnd::Link)));
    alone.then_some(dest_url.as_ref())
}

/// Cuts the article at its headings, gives each its anchor, and counts the words.
fn sections(markdown: &str, events: &mut [Event<'static>], top_level: &[TopLevel]) -> (Vec<Section>, usize) {
    let mut anchors = HashSet::new();
    let mut word_count = 0;
    let mut cuts: Vec<usize> = vec![0];
    cuts.extend(top_level.iter().enumerate().filter_map(|(at, block)| match block.what {
        What::Heading(_) if at > 0 => Some(at),
        _ => None,
    }));
    cuts.push(top_level.len());
    let mut sections = Vec::with_capacity(cuts.len());
    for cut in cuts.windows(2) {
        let blocks = &top_level[cut[0]..cut[1]];
        let Some(first) = blocks.first() else { continue };
        let (heading, level, body) = match first.what {
            What::Heading(level) => {
                let text = words::plain(&events[first.events.clone()]);
                (Some(text), level as u8, &blocks[1..])
            }
            _ => (None, 0, blocks),
        };
        let anchor = unique(heading.as_deref().unwrap_or_default(), &mut anchors);
        if heading.is_some() {
            word_count += words::count(&events[first.events.clone()]);
            if let Event::Start(Tag::Heading { id, .. }) = &mut events[first.events.start] {
                *id = Some(anchor.clone().into());
            }
        }
        for block in body.iter().filter(|block| matches!(block.what, What::Prose)) {
            word_count += words::count(&events[block.events.clone()]);
        }
        let end = first.events.end;
        sections.push(Section {
            anchor,
            level,
            heading,
            markdown: source(markdown, body).to_owned(),
            blocks: stretches(markdown, body),
            events: body.first().map_or(end, |block| block.events.start)
                ..body.last().map_or(end, |block| block.events.end),
        });
    }
    (sections, word_count)
}

/// The source of consecutive blocks.
fn source<'m>(markdown: &'m str, blocks: &[TopLevel]) -> &'m str {
    match (blocks.first(), blocks.last()) {
        (Some(first), Some(last)) => markdown[first.source.start..last.source.end].trim_end(),
        _ => "",
    }
}

/// Consecutive prose together, each card by itself.
fn stretches(markdown: &str, blocks: &[TopLevel]) -> Vec<Block> {
    blocks
        .chunk_by(|one, next| matches!((&one.what, &next.what), (What::Prose, What::Prose)))
        .filter_map(|stretch| {
            let (first, last) = (stretch.first()?, stretch.last()?);
            Some(match &first.what {
                What::Embed(destination) => Block::Embed { destination: destination.clone() },
                _ => Block::Prose(Prose {
                    markdown: source(markdown, stretch).to_owned(),
                    events: first.events.start..last.events.end,
                }),
            })
        })
        .collect()
}

/// An anchor made from a heading that no section before it has.
fn unique(heading: &str, anchors: &mut HashSet<String>) -> String {
    let base = match slug::slugify(heading) {
        slug if slug.is_empty() => "section".to_owned(),
        slug => slug,
    };
    let mut anchor = base.clone();
    for number in 2.. {
        if anchors.insert(anchor.clone()) {
            break;
        }
        anchor = slug::numbered(&base, number);
    }
    anchor
}

#[cfg(test)]
mod tests;

//! Articles: long Markdown texts with sections, embeds and links to other pages of the catalog.
//!
//! A paragraph that consists of a link to a learning resource is an *embed*. The targets of links depend on the
//! reader's visibility: embeds of unavailable resources are omitted, and links in prose to unavailable pages keep their
//! text but lose their target, in the source and in the HTML.

mod anchors;
mod dead_links;
mod document;
mod edited_source;
mod link_targets;
mod raw_html;
mod references;
mod sections;
mod slices;
mod word_count;

use std::collections::HashSet;
use std::ops::Range;

use crate::domain::article::anchors::{Anchors, FALLBACK};
use crate::domain::article::dead_links::DeadLinkStripper;
use crate::domain::article::document::{Document, SourceBlock};
use crate::domain::article::edited_source::EditedSource;
use crate::domain::article::link_targets::{Embed, LinkTargets};
use crate::domain::article::sections::{ParsedSections, Piece, PieceKind, SectionBuilder};
use crate::domain::article::slices::Slices;
use crate::domain::base_url::BaseUrl;
use crate::domain::html;
use crate::domain::path::{self, Address};
use pulldown_cmark::Event;

/// The reading speed in words per minute.
const WORDS_PER_MINUTE: usize = 230;

/// A link of an article to a page of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogLink {
    /// The address of the page.
    pub address: Address,
    /// The destination as written, with escapes resolved, which identifies the link in the article.
    pub destination: String,
}

/// The target of a catalog link for a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// Nothing that the reader can see.
    Unavailable,
    /// A page that cannot be embedded.
    Page {
        /// The canonical path.
        path: String,
    },
    /// A learning resource, which can be embedded.
    Resource {
        /// The canonical path.
        path: String,
    },
}

/// An article for a reader.
#[derive(Clone, Debug)]
pub struct Article {
    markdown: String,
    word_count: usize,
    sections: Vec<Section>,
}

/// HTML that is rendered and sanitized on demand, because most readers request only one form of an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Html(Vec<Event<'static>>);

impl Html {
    fn of<'a>(events: impl IntoIterator<Item = Event<'a>>) -> Self {
        Self(events.into_iter().map(Event::into_static).collect())
    }

    /// Returns the sanitized HTML.
    #[must_use]
    pub fn render(&self) -> String {
        html::from_events(self.0.iter().cloned())
    }
}

/// A heading and its content, up to the next heading of any level.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The id of the heading in the HTML, which is unique in the article and not empty.
    pub anchor: String,
    /// The level from 1 to 6; 0 for the introduction before the first heading.
    pub level: u8,
    /// The heading as plain text. `None` for the introduction.
    pub heading: Option<String>,
    /// The source without the heading, followed by the footnotes and reference definitions that it uses from other
    /// sections.
    pub markdown: String,
    /// Prose and embeds, in order.
    pub blocks: Vec<Block>,
    heading_html: Html,
}

impl Section {
    /// Returns the sanitized HTML without the heading.
    #[must_use]
    pub fn html(&self) -> String {
        self.blocks.iter().map(|block| block.html().render()).collect()
    }
}

/// A block of a section.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Text between headings and embeds.
    Prose {
        /// The source, with the reference definitions that it uses from elsewhere.
        markdown: String,
        /// The HTML.
        html: Html,
    },
    /// An embedded learning resource.
    Embed {
        /// The destination of the link, as in [`links`].
        destination: String,
        /// A paragraph with the link.
        html: Html,
    },
}

impl Block {
    fn html(&self) -> &Html {
        match self {
            Self::Prose { html, .. } | Self::Embed { html, .. } => html,
        }
    }
}

/// Returns the distinct links of an article to pages of the catalog: paths such as `/course/ci4tzd/sicp`, and URLs
/// below `base`. Images, reference definitions and links in HTML are included.
#[must_use]
pub fn links(markdown: &str, base: Option<&BaseUrl>) -> Vec<CatalogLink> {
    links_of(&Document::parse(markdown, base), &raw_html::destinations(markdown), base)
}

fn links_of(document: &Document<'_>, in_html: &[(&str, Range<usize>)], base: Option<&BaseUrl>) -> Vec<CatalogLink> {
    let mut seen = HashSet::new();
    let destinations = document.destinations().chain(in_html.iter().map(|(destination, _)| *destination));
    let link = |destination: &str| {
        Some(CatalogLink { address: path::parse_own(destination, base)?, destination: destination.to_owned() })
    };
    destinations.filter(|destination| seen.insert(*destination)).filter_map(link).collect()
}

impl Article {
    /// Parses an article. Calls `resolve` once for each destination of [`links`].
    ///
    /// In the HTML, available links lead to the canonical path and keep their fragment. The Markdown keeps the links as
    /// written.
    #[must_use]
    pub fn new(markdown: &str, base: Option<&BaseUrl>, resolve: impl Fn(&str) -> LinkTarget) -> Self {
        let document = Document::parse(markdown, base);
        let in_html = raw_html::destinations(markdown);
        let targets = LinkTargets::new(links_of(&document, &in_html, base).into_iter().map(|link| {
            let target = resolve(&link.destination);
            (link.destination, (link.address.kind, target))
        }));
        let gone: Vec<Range<usize>> =
            in_html.into_iter().filter(|(place, _)| targets.is_unavailable(place)).map(|(_, range)| range).collect();
        if gone.is_empty() {
            return Self::of(&document, markdown, &targets);
        }
        let markdown = raw_html::without(markdown, gone);
        Self::of(&Document::parse(&markdown, base), &markdown, &targets)
    }

    fn of(document: &Document<'_>, markdown: &str, targets: &LinkTargets) -> Self {
        let mut source = EditedSource::new(markdown);
        let pieces = pieces(document, targets, &mut source);
        for definition in document.definitions() {
            if targets.is_unavailable(&definition.destination) {
                source.remove_block(definition.range.clone());
            }
        }
        source.apply();
        let slices = Slices::new(&source, document.definitions(), document.notes());
        let mut sections = SectionBuilder::new(&slices);
        for piece in pieces {
            sections.add(piece);
        }
        let ParsedSections { sections, word_count } = sections.finish(markdown.len());
        Self { markdown: source.edited_whole(), word_count, sections }
    }

    /// Returns the source without unavailable embeds and links.
    #[must_use]
    pub fn markdown(&self) -> &str {
        &self.markdown
    }

    /// Returns the whole article as sanitized HTML. Headings have the anchors of their sections as ids; an embed is a
    /// paragraph with its link.
    #[must_use]
    pub fn html(&self) -> String {
        self.sections.iter().flat_map(|section| [section.heading_html.render(), section.html()]).collect()
    }

    /// Returns the number of visible words, including headings and code, without embeds. Chinese characters and
    /// Japanese kana have no spaces between words: two of them count as one.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.word_count
    }

    /// Returns the reading time in minutes at 230 words per minute, rounded up.
    #[must_use]
    pub fn reading_time_minutes(&self) -> usize {
        self.word_count.div_ceil(WORDS_PER_MINUTE)
    }

    /// Returns the sections in order. The introduction before the first heading is a section unless it is empty.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }
}

/// Converts the visible blocks of a document, and records the edits of the source. Unavailable embeds are omitted.
fn pieces<'a>(document: &Document<'a>, targets: &LinkTargets, source: &mut EditedSource<'a>) -> Vec<Piece<'a>> {
    let headings = document.blocks().filter(|block| block.heading_level().is_some());
    let mut anchors = Anchors::for_headings(headings.map(SourceBlock::text));
    if document.blocks().next().is_some_and(|first| first.heading_level().is_none()) {
        anchors.give(FALLBACK);
    }
    let mut pieces = Vec::new();
    for block in document.blocks() {
        let kind = match (
            block.heading_level(),
            block.lone_link().map(|destination| (destination, targets.card(destination))),
        ) {
            (Some(level), _) => {
                let text = block.text();
                PieceKind::Heading { level, anchor: anchors.give(&text), text }
            }
            (None, Some((_, Embed::Omitted))) => {
                source.remove_block(block.range());
                continue;
            }
            (None, Some((destination, Embed::Visible))) => PieceKind::Embed { destination: destination.to_owned() },
            (None, Some((_, Embed::None)) | None) => PieceKind::Prose,
        };
        let events = DeadLinkStripper::new(source, targets).block(block.0);
        pieces.push(Piece { range: block.range(), kind, events });
    }
    pieces
}

#[cfg(test)]
mod tests;

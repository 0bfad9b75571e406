//! Articles: a long text in Markdown, in sections, with cards in it and links to other pages of the catalog.
//!
//! A paragraph that is only a link to a learning resource is a card (an *embed*). What a link leads to depends on who
//! reads: a card of what is gone is left out everywhere, and a link in prose to what is gone keeps its text and loses
//! its target, in the source as well as in the HTML.

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

/// Words that are read in a minute.
const WORDS_PER_MINUTE: usize = 230;

/// A link of an article to a page of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogLink {
    /// What it names.
    pub address: Address,
    /// How it is written, once escapes are resolved: the name by which the article asks for its target.
    pub destination: String,
}

/// Where a catalog link leads, for who is reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// To nothing that the reader may see.
    Unavailable,
    /// To a page that cannot be a card.
    Page {
        /// Its canonical path.
        path: String,
    },
    /// To a learning resource, which a paragraph of its own makes a card.
    Resource {
        /// Its canonical path.
        path: String,
    },
}

/// An article as somebody may read it.
#[derive(Clone, Debug)]
pub struct Article {
    markdown: String,
    word_count: usize,
    sections: Vec<Section>,
}

/// HTML that is rendered and sanitized when it is asked for: most who read an article ask for one form of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Html(Vec<Event<'static>>);

impl Html {
    fn of<'a>(events: impl IntoIterator<Item = Event<'a>>) -> Self {
        Self(events.into_iter().map(Event::into_static).collect())
    }

    /// The sanitized HTML.
    #[must_use]
    pub fn render(&self) -> String {
        html::from_events(self.0.iter().cloned())
    }
}

/// A heading and what stands below it, up to the next heading of whatever level.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The id of the heading in the HTML, unique in the article and never empty.
    pub anchor: String,
    /// From 1 to 6; 0 for what stands before the first heading.
    pub level: u8,
    /// The heading as plain text; none for what stands before the first.
    pub heading: Option<String>,
    /// The source without the heading. Footnotes and definitions of its reference links that stand in another section
    /// follow it.
    pub markdown: String,
    /// Prose and the cards between it, in order.
    pub blocks: Vec<Block>,
    heading_html: Html,
}

impl Section {
    /// The sanitized HTML without the heading.
    #[must_use]
    pub fn html(&self) -> String {
        self.blocks.iter().map(|block| block.html().render()).collect()
    }
}

/// A stretch of a section.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Text between headings and cards.
    Prose {
        /// Its source, with the definitions of its reference links that stand elsewhere.
        markdown: String,
        /// Its HTML.
        html: Html,
    },
    /// A card of a learning resource.
    Embed {
        /// The destination of its link, as [`links`] gives it.
        destination: String,
        /// A paragraph with its link.
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

/// The links of an article to pages of the catalog, each destination once: paths such as `/course/ci4tzd/sicp`, and web
/// addresses beneath `base`. Images, definitions of reference links and links in HTML count as links.
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
    /// Reads an article, asking `resolve` once for each destination that [`links`] names.
    ///
    /// In the HTML, links to what is there lead to its canonical path, and keep the fragment they were written with; the
    /// Markdown keeps what the editor wrote.
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

    /// The source, without cards and links of what is gone.
    #[must_use]
    pub fn markdown(&self) -> &str {
        &self.markdown
    }

    /// The whole as sanitized HTML. Headings have their section's anchor as id; a card is a paragraph with its link.
    #[must_use]
    pub fn html(&self) -> String {
        self.sections.iter().flat_map(|section| [section.heading_html.render(), section.html()]).collect()
    }

    /// Words that a reader sees, headings and code included, cards left out. Chinese characters and Japanese kana have
    /// no blanks between words: two of them count as one.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.word_count
    }

    /// Minutes that it takes to read at 230 words a minute, rounded up.
    #[must_use]
    pub fn reading_time_minutes(&self) -> usize {
        self.word_count.div_ceil(WORDS_PER_MINUTE)
    }

    /// Its sections, in order. What stands before the first heading is one where there is anything.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }
}

/// The blocks of a document as they show, with what the source loses noted in it. Cards of what is gone are no pieces.
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

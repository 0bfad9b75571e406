//! Assembles sections from blocks, and counts words.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag};

use crate::domain::article::anchors::FALLBACK;
use crate::domain::article::references::labels_of;
use crate::domain::article::slices::Slices;
use crate::domain::article::word_count::WordCounter;
use crate::domain::article::{Block, Html, Section};
use crate::domain::markdown::text_of;

/// A block with resolved links.
pub struct Piece<'a> {
    /// The range in the source.
    pub range: Range<usize>,
    /// The kind of the block.
    pub kind: PieceKind,
    /// The events of the block.
    pub events: Vec<Event<'a>>,
}

/// The kind of a block.
pub enum PieceKind {
    /// A heading, which starts a section.
    Heading {
        /// The level from 1 to 6.
        level: u8,
        /// The id of the heading.
        anchor: String,
        /// The heading as plain text.
        text: String,
    },
    /// An embed.
    Embed {
        /// The destination of the link.
        destination: String,
    },
    /// Any other block.
    Prose,
}

/// The sections of an article, and its word count.
pub struct ParsedSections {
    /// The sections, in order.
    pub sections: Vec<Section>,
    /// The number of words in headings and prose.
    pub word_count: usize,
}

/// Assembles pieces in the order of the source.
pub struct SectionBuilder<'s, 'a> {
    slices: &'s Slices<'s, 'a>,
    finished: Vec<Section>,
    counter: WordCounter,
    /// The current section. Its source is set when it ends.
    section: Section,
    section_start: usize,
    /// The labels of its references so far.
    labels: Vec<String>,
    /// The current prose, and the start of its source.
    prose: Vec<Event<'a>>,
    prose_start: usize,
}

impl<'s, 'a> SectionBuilder<'s, 'a> {
    /// Creates a builder without pieces.
    pub fn new(slices: &'s Slices<'s, 'a>) -> Self {
        Self {
            slices,
            finished: Vec::new(),
            counter: WordCounter::default(),
            section: empty_section(FALLBACK.to_owned(), 0, None),
            section_start: 0,
            labels: Vec::new(),
            prose: Vec::new(),
            prose_start: 0,
        }
    }

    /// Adds the next piece.
    pub fn add(&mut self, piece: Piece<'a>) {
        let Piece { range, kind, events } = piece;
        match kind {
            PieceKind::Prose => {
                self.counter.add(&text_of(&events));
                self.prose.extend(events);
            }
            PieceKind::Embed { destination } => {
                self.end_prose(range.start);
                self.labels.extend(labels_of(&events));
                self.section.blocks.push(Block::Embed { destination, html: Html::of(events) });
                self.prose_start = range.end;
            }
            PieceKind::Heading { level, anchor, text } => {
                self.end_section(range.start);
                self.counter.add(&text_of(&events));
                let heading_html = Html::of(with_id(events, &anchor));
                self.section = Section { heading_html, ..empty_section(anchor, level, Some(text)) };
                self.section_start = range.end;
                self.prose_start = range.end;
            }
        }
    }

    /// Ends the last section.
    pub fn finish(mut self, source_length: usize) -> ParsedSections {
        self.end_section(source_length);
        ParsedSections { sections: self.finished, word_count: self.counter.words() }
    }

    /// Adds a block of the current prose, if there is any.
    fn end_prose(&mut self, end: usize) {
        if !self.prose.is_empty() {
            let labels = labels_of(&self.prose);
            let html = Html::of(std::mem::take(&mut self.prose));
            let markdown = self.slices.block(self.prose_start..end, &labels);
            self.labels.extend(labels);
            self.section.blocks.push(Block::Prose { markdown, html });
        }
    }

    fn end_section(&mut self, end: usize) {
        self.end_prose(end);
        let mut section = std::mem::replace(&mut self.section, empty_section(String::new(), 0, None));
        // The introduction is a section only if it is not empty.
        if section.heading.is_some() || !section.blocks.is_empty() {
            section.markdown = self.slices.block(self.section_start..end, &self.labels);
            self.finished.push(section);
        }
        self.labels.clear();
    }
}

fn empty_section(anchor: String, level: u8, heading: Option<String>) -> Section {
    Section { anchor, level, heading, markdown: String::new(), blocks: Vec::new(), heading_html: Html::default() }
}

/// Adds the id to the events of a heading.
fn with_id<'a>(events: Vec<Event<'a>>, anchor: &str) -> impl Iterator<Item = Event<'a>> {
    let anchor = CowStr::from(anchor.to_owned());
    events.into_iter().map(move |event| match event {
        Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
            Event::Start(Tag::Heading { level, id: Some(anchor.clone()), classes, attrs })
        }
        other => other,
    })
}

//! Sentences, paragraphs and articles.

use std::fmt::Write;

use super::draw::Draw;
use super::words::{AUDIENCES, HEADINGS, SENTENCES};

/// One of `patterns`, filled in with what it is on.
pub fn fill(draw: &mut Draw, patterns: &[&str], on: &str) -> String {
    draw.one(patterns).replace("{}", on).replace("{audience}", draw.one(AUDIENCES))
}

/// So many sentences.
pub fn sentences(draw: &mut Draw, count: u32, on: &str) -> String {
    (0..count).map(|_| fill(draw, SENTENCES, on)).collect::<Vec<_>>().join(" ")
}

/// An article of headed sections, with a card for each of these paths.
pub fn article(draw: &mut Draw, on: &str, cards: &[String]) -> String {
    let mut article = format!("{}\n", sentences(draw, 3, on));
    for (index, heading) in HEADINGS.iter().enumerate() {
        let (first, second) = (sentences(draw, 5, on), sentences(draw, 4, on));
        // Writing to a text does not fail.
        let _ = write!(article, "\n## {heading}\n\n{first}\n\n{second}\n");
        if let Some(card) = cards.get(index) {
            let _ = write!(article, "\n[A course to begin with]({card})\n");
        }
    }
    article
}

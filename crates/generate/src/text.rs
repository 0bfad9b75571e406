//! Sentences, paragraphs and articles.

use std::fmt::Write;

use crate::rng::SeededRng;
use crate::words::{AUDIENCES, HEADINGS, SENTENCES};

/// Returns one of `patterns` with its placeholders replaced.
pub fn fill(random: &mut SeededRng, patterns: &[&str], subject: &str) -> String {
    let (pattern, audience) = (random.choose(patterns), random.choose(AUDIENCES));
    pattern.replace("{}", subject).replace("{audience}", audience)
}

/// Returns `count` sentences about a subject.
pub fn sentences(random: &mut SeededRng, count: u32, subject: &str) -> String {
    (0..count).map(|_| fill(random, SENTENCES, subject)).collect::<Vec<_>>().join(" ")
}

/// Returns an article of sections with headings, which embeds the resource at each path.
pub fn article(random: &mut SeededRng, subject: &str, embeds: &[String]) -> String {
    let mut article = format!("{}\n", sentences(random, 3, subject));
    for (index, heading) in HEADINGS.iter().enumerate() {
        let (first, second) = (sentences(random, 5, subject), sentences(random, 4, subject));
        // Writing to a `String` does not fail.
        let _ = write!(article, "\n## {heading}\n\n{first}\n\n{second}\n");
        if let Some(path) = embeds.get(index) {
            let _ = write!(article, "\n[A course to begin with]({path})\n");
        }
    }
    article
}

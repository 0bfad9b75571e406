//! Fuzzes Markdown: rendered with its HTML escaped, and as an article whose catalog links are all unavailable.

#![no_main]

use libfuzzer_sys::fuzz_target;
use syllabus::domain::article::{Article, LinkTarget};
use syllabus::domain::html;

fuzz_target!(|text: &str| {
    let rendered = html::render(text);
    // Text between tags is arbitrary, but its `<` is escaped.
    let mut tags = rendered.split('<').skip(1).filter_map(|tag| tag.split('>').next());
    assert!(tags.all(|tag| !tag.starts_with("script") && !tag.contains("href=\"javascript:")), "{rendered}");
    let plain = html::plain(text);
    assert!(plain.len() <= text.len() * 4 + 64);
    let article = Article::new(text, None, |_| LinkTarget::Unavailable);
    let _ = (article.html(), article.word_count());
    for section in article.sections() {
        let _ = section.html();
    }
});

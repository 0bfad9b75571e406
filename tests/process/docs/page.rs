//! A page of the documentation.

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A page of the documentation.
pub struct Page {
    /// Its path from the root of the project.
    pub name: String,
    pub path: PathBuf,
    /// The fenced code blocks, in order.
    pub blocks: Vec<Block>,
    /// The destinations of links and images, with their line numbers.
    pub links: Vec<(usize, String)>,
    /// The fragments that links can name.
    pub anchors: Vec<String>,
}

/// A fenced code block.
pub struct Block {
    /// Page and line.
    pub place: String,
    pub language: String,
    /// The words after the language.
    pub words: Vec<String>,
    pub text: String,
    /// Whether nothing is between it and the block before.
    pub is_adjacent: bool,
    /// The file whose content it shows, as the comment `<!-- file: PATH -->` before it says.
    pub file: Option<String>,
    /// The file of which it shows consecutive lines, as the comment `<!-- excerpt: PATH -->` before it says.
    pub excerpt: Option<String>,
}

impl Page {
    pub fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("the page is readable");
        let name = path.strip_prefix(root).expect("it is in the project").display().to_string();
        let mut page = Self { name, path: path.to_owned(), blocks: Vec::new(), links: Vec::new(), anchors: Vec::new() };
        let mut block: Option<Block> = None;
        let mut heading: Option<String> = None;
        let (mut is_adjacent, mut file, mut excerpt) = (false, None, None);
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
        for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
            let line = text[..range.start].matches('\n').count() + 1;
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    let mut words = info.split_whitespace().map(str::to_owned);
                    block = Some(Block {
                        place: format!("{}:{line}", page.name),
                        language: words.next().unwrap_or_default(),
                        words: words.collect(),
                        text: String::new(),
                        is_adjacent,
                        file: file.take(),
                        excerpt: excerpt.take(),
                    });
                }
                Event::End(TagEnd::CodeBlock) => {
                    is_adjacent = block.is_some();
                    page.blocks.extend(block.take());
                }
                Event::Text(part) if block.is_some() => {
                    block.iter_mut().for_each(|block| block.text.push_str(&part));
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let anchor = anchor(&heading.take().unwrap_or_default());
                    let is_same = |other: &&String| **other == anchor || other.starts_with(&format!("{anchor}-"));
                    let same = page.anchors.iter().filter(is_same).count();
                    page.anchors.push(if same == 0 { anchor } else { format!("{anchor}-{same}") });
                }
                Event::Text(part) | Event::Code(part) if heading.is_some() => {
                    heading.iter_mut().for_each(|heading| heading.push_str(&part));
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push((line, dest_url.to_string()));
                }
                Event::Html(html) => {
                    let comment = html.trim().strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
                    match comment.and_then(|comment| comment.split_once(": ")) {
                        Some(("file", path)) => file = Some(path.to_owned()),
                        Some(("excerpt", path)) => excerpt = Some(path.to_owned()),
                        _ => {}
                    }
                    is_adjacent = false;
                }
                Event::Start(_) => is_adjacent = false,
                _ => {}
            }
        }
        page
    }
}

/// The fragment of a heading, as code forges make it.
fn anchor(heading: &str) -> String {
    let heading = heading.to_lowercase();
    let letters = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    letters.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

//! The language of names, descriptions, messages and documentation: `docs/` and CONTRIBUTING.md say how we write.

use std::fs;
use std::path::{Path, PathBuf};

/// Words that an earlier vocabulary used in senses of its own. Standard terms have replaced them.
const RETIRED_WORDS: [&str; 22] = [
    "told",
    "kept",
    "mend",
    "mends",
    "mended",
    "anew",
    "room",
    "rooms",
    "turn",
    "turns",
    "share",
    "shares",
    "ground",
    "grounds",
    "bell",
    "purse",
    "judge",
    "judges",
    "judged",
    "beginnings",
    "whoever",
    "rung",
];
const RETIRED_PHRASES: [&str; 5] = ["rests on", "rest on", "front door", "made-up", "taken back"];
/// Words that begin a sentence only if it is a question.
const RELATIVES: [&str; 5] = ["What", "Who", "Whoever", "Where", "Whatever"];

/// Files that quote the earlier vocabulary, and files with content of catalogs.
const EXEMPT: [&str; 5] = [
    "docs/adr/",
    "tests/api/language.rs",
    "crates/generate/src/words.rs",
    "tests/api/search/fixture.rs",
    "tests/api/search/reindexing.rs",
];

#[test]
fn retired_words_do_not_return() {
    let mut found = Vec::new();
    for path in files() {
        let text = fs::read_to_string(root().join(&path)).expect("it is readable");
        // Responses in the documentation quote the demo catalog.
        let text = if has_extension(&path, &["md"]) { prose(&text) } else { text };
        for line in text.lines() {
            let words = words(line);
            let sentence = words.join(" ");
            let is_retired = |word: &&&str| words.iter().any(|one| one == **word);
            let retired = RETIRED_WORDS.iter().filter(is_retired).copied();
            let phrases = RETIRED_PHRASES.iter().filter(|phrase| {
                let phrase = phrase.replace('-', " ");
                format!(" {sentence} ").contains(&format!(" {phrase} "))
            });
            found.extend(retired.chain(phrases.copied()).map(|word| format!("{path}: \"{word}\": {}", line.trim())));
        }
    }
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}

#[test]
fn sentences_of_documentation_begin_with_their_subject() {
    let mut found = Vec::new();
    for path in files().into_iter().filter(|path| has_extension(path, &["md", "graphql"])) {
        let text = fs::read_to_string(root().join(&path)).expect("it is readable");
        let prose = if has_extension(&path, &["md"]) { prose(&text) } else { descriptions(&text) };
        for sentence in sentences(&prose) {
            let first = sentence.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
            if RELATIVES.contains(&first) && !sentence.ends_with('?') {
                found.push(format!("{path}: {sentence}"));
            }
        }
    }
    assert!(found.is_empty(), "{} sentences:\n{}", found.len(), found.join("\n"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files that are checked, relative to the root of the project.
fn files() -> Vec<String> {
    let mut files: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "SECURITY.md", "schema.graphql"].map(PathBuf::from).into();
    let mut folders: Vec<PathBuf> =
        ["src", "entity", "migration", "crates", "bench/src", "tests", "docs"].map(PathBuf::from).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("it is readable") {
            let path = folder.join(entry.expect("it is readable").file_name());
            if root().join(&path).is_dir() {
                if !path.ends_with("node_modules") {
                    folders.push(path);
                }
            } else {
                files.push(path);
            }
        }
    }
    let mut files: Vec<String> = files.into_iter().map(|path| path.display().to_string()).collect();
    files.retain(|path| {
        has_extension(path, &["rs", "md", "graphql"]) && !EXEMPT.iter().any(|exempt| path.starts_with(exempt))
    });
    files.sort();
    files
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

/// The words of a line in lower case; names in `snake_case` and `CamelCase` are several words. Leaves out keywords of SQL.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let is_keyword = |word: &&str| word.len() > 1 && word.chars().all(|letter| letter.is_ascii_uppercase());
    let line = line.split(' ').filter(|word| !is_keyword(word)).collect::<Vec<_>>().join(" ");
    for letter in line.chars() {
        let begins = !letter.is_alphanumeric() || (letter.is_uppercase() && before.is_lowercase());
        if begins {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.last_mut().expect("there is one").extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The paragraphs of a page without its code.
fn prose(page: &str) -> String {
    let mut is_code = false;
    let mut prose = String::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
            prose.push_str("\n\n");
        } else if is_code {
            prose.push('\n');
        } else {
            prose.push_str(line.trim_start_matches(['#', '>', '-', '*', '|', ' ']));
            // A heading and a row of a table are paragraphs.
            prose.push_str(if line.starts_with(['#', '|']) { "\n\n" } else { "\n" });
        }
    }
    prose
}

/// The descriptions of a schema, each as a paragraph.
fn descriptions(schema: &str) -> String {
    let parts = schema.split("\"\"\"").enumerate().filter(|(index, _)| index % 2 == 1);
    parts.map(|(_, text)| text.trim()).collect::<Vec<_>>().join("\n\n")
}

/// The sentences of paragraphs, each on one line.
fn sentences(prose: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    for paragraph in prose.split("\n\n") {
        let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut rest = paragraph.as_str();
        while let Some(end) = [". ", "? ", "! "].iter().filter_map(|end| rest.find(end)).min() {
            let (sentence, after) = rest.split_at(end + 1);
            sentences.push(sentence.trim().to_owned());
            rest = after;
        }
        sentences.push(rest.trim().to_owned());
    }
    sentences
}

//! The documentation: its examples are executed and compared, its links followed.
//!
//! CONTRIBUTING.md explains how examples are written.

mod compare;
mod demo;
mod examples;
mod links;
mod page;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use page::Page;

/// The number of pages whose examples run at a time.
const WORKERS: usize = 2;

#[test]
fn every_example_of_the_documentation_is_true() {
    let pages = Mutex::new(pages().into_iter().filter(|page| !page.name.starts_with("docs/adr/")));
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let next = pages.lock().expect("no thread panics").next();
                    let Some(page) = next else { return };
                    let result = examples::run(&page);
                    results.lock().expect("no thread panics").push(result);
                }
            });
        }
    });
    let results = results.into_inner().expect("no thread panics");
    let executed: usize = results.iter().map(|result| result.executed).sum();
    let failures: Vec<String> = results.into_iter().flat_map(|result| result.failures).collect();
    assert!(failures.is_empty(), "{} of {executed} examples failed:\n\n{}", failures.len(), failures.join("\n\n"));
    assert!(executed > 0);
}

#[test]
fn links_of_the_documentation_lead_to_files_and_headings() {
    let missing: Vec<String> = pages().iter().flat_map(links::missing).collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn code_of_a_file_is_shown_as_it_is_in_the_file() {
    let shown: Vec<_> = pages()
        .into_iter()
        .flat_map(|page| page.blocks)
        .filter_map(|block| block.file.clone().map(|file| (file, block)))
        .collect();
    assert!(!shown.is_empty());
    for (file, block) in shown {
        let code = std::fs::read_to_string(root().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(block.text.trim_end(), code.trim_end(), "{}: the code of {file} has changed", block.place);
    }
}

#[test]
fn rust_code_is_an_excerpt_of_a_file() {
    let unindented = |text: &str| text.lines().map(|line| line.trim().to_owned() + "\n").collect::<String>();
    let blocks: Vec<_> = pages()
        .into_iter()
        .flat_map(|page| page.blocks)
        .filter(|block| block.language == "rust" || block.excerpt.is_some())
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let file = block.excerpt.unwrap_or_else(|| panic!("{}: <!-- excerpt: PATH --> is missing", block.place));
        let code = std::fs::read_to_string(root().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(
            unindented(&code).contains(&unindented(&block.text)),
            "{}: {file} does not have these lines",
            block.place
        );
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All pages: the Markdown files of the top level, and those below `docs`.
fn pages() -> Vec<Page> {
    let mut files = Vec::new();
    let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    files.extend(entries(root()).into_iter().filter(is_page));
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if is_page(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    files.into_iter().map(|path| Page::read(root(), &path)).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is readable");
    entries.map(|entry| entry.expect("the folder is readable").path()).collect()
}

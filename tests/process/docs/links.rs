//! Links between pages.

use super::page::Page;
use super::root;

/// The relative links of a page that lead nowhere.
pub fn missing(page: &Page) -> Vec<String> {
    let mut missing = Vec::new();
    for (line, link) in &page.links {
        if link.contains("://") || link.starts_with("mailto:") {
            continue;
        }
        let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
        let folder = page.path.parent().expect("a page is in a folder");
        let target = if file.is_empty() { page.path.clone() } else { folder.join(file) };
        let is_there = target.exists()
            && (fragment.is_empty()
                || target.extension().is_none_or(|extension| extension != "md")
                || Page::read(root(), &target.canonicalize().expect("it exists"))
                    .anchors
                    .iter()
                    .any(|one| one == fragment));
        if !is_there {
            missing.push(format!("{}:{line}: {link} does not exist", page.name));
        }
    }
    missing
}

//! Configuration files of the documentation.

/// Returns the content of a file on a page: the code block after its name.
pub fn block<'a>(page: &'a str, file: &str) -> &'a str {
    let rest = page.split_once(&format!("{file}`")).map(|(_, rest)| rest);
    let block = rest.and_then(|rest| rest.split_once("\n```")?.1.split_once('\n')?.1.split_once("```"));
    block.unwrap_or_else(|| panic!("the page has {file}")).0
}

/// Replaces the line that begins with `start` after its indentation.
pub fn replace_line(text: &mut String, start: &str, line: &str) {
    let old = text.lines().find(|line| line.trim_start().starts_with(start));
    let old = old.unwrap_or_else(|| panic!("the documented file has a line with {start}")).to_owned();
    *text = text.replacen(&old, line, 1);
}

//! Reading lists as Markdown (CommonMark).

use std::fmt::Write;

use super::CompleteList;
use crate::page::layout::Layout;

/// Writes the list: its title, its introduction, and its numbered entries with links, facts and notes.
pub fn write(list: &CompleteList) -> String {
    let page = Layout::new(list.site, "");
    let t = page.t();
    let mut text = format!("# {}\n\n<{}>  \n", escape(&list.title), list.url(list.path));
    let _ = writeln!(text, "{} {}", escape(&t.revised), escape(&page.date(list.updated_at)));
    if let Some(introduction) = list.introduction {
        let _ = write!(text, "\n{}\n", introduction.trim());
    }
    for entry in list.entries {
        let resource = &entry.resource;
        let marker = format!("{}. ", entry.position);
        let (title, url) = (escape(&resource.title), list.url(&resource.path));
        let role = entry.role.map(|role| format!(" ({})", escape(page.role(&role)))).unwrap_or_default();
        let mut item = format!("[{title}](<{url}>){role}\n\n{}", facts(&page, entry));
        if let Some(note) = &entry.note {
            let _ = write!(item, "\n\n{}", note.trim());
        }
        let _ = write!(text, "\n{marker}{}\n", indent(&item, marker.len()));
    }
    text
}

/// Returns the facts of an entry's resource in one line.
fn facts(page: &Layout, entry: &super::Entry) -> String {
    let resource = &entry.resource;
    let makers = resource.people().chain(&resource.provider).map(|maker| maker.name.clone());
    let url = entry.citation.url.iter().map(|url| format!("<{url}>"));
    let kind = page.t().kind_name(&resource.kind).to_owned();
    let facts = std::iter::once(kind).chain(makers).chain(page.facts(resource)).map(|fact| escape(&fact));
    facts.chain(url).collect::<Vec<_>>().join(" · ")
}

/// Escapes a text, which becomes one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '~' | '|' | '$') {
            escaped.push('\\');
        }
        escaped.push(if character.is_control() { ' ' } else { character });
    }
    escaped
}

/// Indents all lines but the first, so that they belong to the item of a list.
fn indent(text: &str, width: usize) -> String {
    let margin = " ".repeat(width);
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!("{margin}{line}") });
    lines.collect::<Vec<_>>().join("\n").trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_text_and_not_markup() {
        assert_eq!(escape("C# & *args* [x]\n<b>"), r"C\# \& \*args\* \[x\] \<b\>");
    }

    #[test]
    fn notes_of_several_paragraphs_stay_in_their_item() {
        assert_eq!(indent("[A](b)\n\nOne.\n\n- two", 4), "[A](b)\n\n    One.\n\n    - two");
    }
}

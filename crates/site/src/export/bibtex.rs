//! Reading lists as BibTeX, for the styles of BibTeX and of BibLaTeX.

use std::fmt::Write;

use super::citation::{ContributionRole, Reference};
use super::{CompleteList, Entry};
use crate::html;
use crate::kind::Kind;

/// The macros of the months, which all styles define.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Writes the list with one entry per source. The notes are in `annote`, which styles print in annotated bibliographies
/// only.
pub fn write(list: &CompleteList) -> String {
    let entries: Vec<String> = list.entries.iter().map(|entry| source(&list.reference(entry), entry)).collect();
    entries.join("\n")
}

fn source(reference: &Reference, entry: &Entry) -> String {
    let is_book = reference.kind == Kind::Book;
    let text = |text: Option<&str>| text.map(escape).filter(|text| !text.is_empty());
    let (year, month) = (reference.date.first(), reference.date.get(1));
    // BibTeX's own styles know `@misc` but not `@online`.
    let mut source = format!("@{}{{{}", if is_book { "book" } else { "misc" }, reference.key);
    for (name, value) in [
        ("author", names(&reference.authors())),
        ("editor", names(&reference.contributors(ContributionRole::Editor))),
        ("translator", names(&reference.contributors(ContributionRole::Translator))),
        // The second pair of braces keeps styles from changing capitals.
        ("title", Some(format!("{{{}}}", escape(&reference.title)))),
        (if is_book { "publisher" } else { "organization" }, text(reference.publisher())),
        ("edition", text(entry.citation.edition.as_deref())),
        ("year", year.map(u32::to_string)),
        ("isbn", text(entry.citation.isbn.as_deref())),
        ("url", Some(url(&reference.url))),
        ("annote", text(entry.note_html.as_deref().map(html::text).as_deref())),
    ] {
        if let Some(value) = value {
            let _ = write!(source, ",\n  {name} = {{{value}}}");
        }
    }
    if let Some(month) = month.and_then(|month| MONTHS.get(usize::try_from(*month).ok()?.checked_sub(1)?)) {
        let _ = write!(source, ",\n  month = {month}");
    }
    source + "\n}\n"
}

/// Joins names. Names that BibTeX would split are in braces.
fn names(names: &[&str]) -> Option<String> {
    let name = |name: &&str| {
        let is_splittable = name.contains([',', '\\', '{', '}'])
            || name.split_whitespace().any(|word| matches!(word, "and" | "others"));
        if is_splittable { format!("{{{}}}", escape(name)) } else { escape(name) }
    };
    (!names.is_empty()).then(|| names.iter().map(name).collect::<Vec<_>>().join(" and "))
}

/// Escapes a text for LaTeX, in one line.
fn escape(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let unpaired = unpaired_braces(&text);
    let mut escaped = String::with_capacity(text.len());
    let mut previous = ' ';
    for (place, character) in text.char_indices() {
        match character {
            // BibTeX counts braces even after a backslash. Pandoc does not know these commands, so pairs have none.
            '{' if unpaired.contains(&place) => escaped.push_str(r"\textbraceleft{}"),
            '}' if unpaired.contains(&place) => escaped.push_str(r"\textbraceright{}"),
            '\\' => escaped.push_str(r"\textbackslash{}"),
            '~' => escaped.push_str(r"\textasciitilde{}"),
            '^' => escaped.push_str(r"\textasciicircum{}"),
            '<' => escaped.push_str(r"\textless{}"),
            '>' => escaped.push_str(r"\textgreater{}"),
            '`' => escaped.push_str(r"\`{}"),
            '|' => escaped.push_str("$|$"),
            '{' | '}' | '$' | '&' | '#' | '_' | '%' => escaped.extend(['\\', character]),
            // LaTeX would join them: `--` is a dash, `''` is a quotation mark.
            '-' | '\'' if previous == character => escaped.extend(['{', '}', character]),
            _ if character.is_control() => {}
            _ => escaped.push(character),
        }
        previous = character;
    }
    escaped
}

/// Returns the places of the braces that do not belong to a pair.
fn unpaired_braces(text: &str) -> Vec<usize> {
    let (mut open, mut unpaired) = (Vec::new(), Vec::new());
    for (place, brace) in text.match_indices(['{', '}']) {
        if brace == "{" {
            open.push(place);
        } else if open.pop().is_none() {
            unpaired.push(place);
        }
    }
    unpaired.extend(open);
    unpaired
}

/// Encodes the characters of a URL that would end the field or start a command.
fn url(url: &str) -> String {
    url.replace('\\', "%5C").replace('{', "%7B").replace('}', "%7D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_no_commands_and_balanced_braces() {
        assert_eq!(escape("C# & 100% of $x_1 |\n{y}"), r"C\# \& 100\% of \$x\_1 $|$ \{y\}");
        assert_eq!(escape(r"\input{x}"), r"\textbackslash{}input\{x\}");
        assert_eq!(escape("}{a}{"), r"\textbraceright{}\{a\}\textbraceleft{}");
        assert_eq!(escape("C-- ''it's''"), "C-{}- '{}'it's'{}'");
    }

    #[test]
    fn names_that_bibtex_would_split_are_in_braces() {
        assert_eq!(
            names(&["Ada Lovelace", "Smith, Ltd.", "Kernighan and Ritchie"]).as_deref(),
            Some("Ada Lovelace and {Smith, Ltd.} and {Kernighan and Ritchie}")
        );
        assert_eq!(names(&[]), None);
    }

    #[test]
    fn urls_are_balanced() {
        assert_eq!(url(r"https://a.example/{\%20"), "https://a.example/%7B%5C%20");
    }
}

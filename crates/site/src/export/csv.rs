//! Reading lists as CSV (RFC 4180).

use csv::{Terminator, WriterBuilder};

use super::{CompleteList, Entry};
use crate::view::{Level, Role};

const HEADER: [&str; 15] = [
    "position",
    "role",
    "kind",
    "title",
    "people",
    "publisher",
    "published",
    "level",
    "language",
    "minutes",
    "isbn",
    "url",
    "page",
    "note",
    "added_at",
];

/// Writes the list with one row per entry. Notes are Markdown.
pub fn write(list: &CompleteList) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let rows = list.entries.iter().map(|entry| row(list, entry).map(guard));
    for row in std::iter::once(HEADER.map(str::to_owned)).chain(rows) {
        // Writing rows of the same length to memory cannot fail.
        let _ = writer.write_record(row);
    }
    writer.into_inner().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

fn row(list: &CompleteList, entry: &Entry) -> [String; 15] {
    let (resource, reference) = (&entry.resource, list.reference(entry));
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    [
        entry.position.to_string(),
        text(entry.role.map(Role::constant)),
        resource.kind.constant(),
        reference.title.clone(),
        reference.authors().join("; "),
        text(reference.publisher()),
        resource.date().unwrap_or_default(),
        text(resource.level.map(Level::constant)),
        text(resource.language.as_deref()),
        resource.time_required.map(|duration| duration.minutes.to_string()).unwrap_or_default(),
        text(entry.citation.isbn.as_deref()),
        text(entry.citation.url.as_deref()),
        list.url(&resource.path),
        text(entry.note.as_deref()),
        entry.added_at.clone(),
    ]
}

/// Keeps spreadsheets from evaluating a cell: a leading apostrophe makes it text. RFC 4180 has no rule for this, so
/// other programs see the apostrophe.
fn guard(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheets_do_not_evaluate_cells() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(guard(cell.to_owned()), format!("'{cell}"));
        }
        assert_eq!(guard("1-1 = 0".to_owned()), "1-1 = 0");
    }
}

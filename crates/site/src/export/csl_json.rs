//! Reading lists as CSL-JSON, which Zotero and Pandoc read.

use serde_json::{Map, Value, json};

use super::citation::{ContributionRole, Reference};
use super::{CompleteList, Entry};
use crate::html;
use crate::kind::Kind;

/// Writes the list.
pub fn write(list: &CompleteList) -> String {
    let items: Vec<Value> = list.entries.iter().map(|entry| item(list, entry)).collect();
    format!("{:#}\n", Value::from(items))
}

fn item(list: &CompleteList, entry: &Entry) -> Value {
    let reference = list.reference(entry);
    let fields = [
        ("id", json!(reference.key)),
        ("type", json!(item_type(reference.kind))),
        ("title", json!(reference.title)),
        ("author", names(&reference.authors())),
        ("editor", names(&reference.contributors(ContributionRole::Editor))),
        ("translator", names(&reference.contributors(ContributionRole::Translator))),
        ("issued", issued(&reference)),
        ("publisher", json!(reference.publisher())),
        ("edition", json!(entry.citation.edition)),
        ("number-of-pages", json!(entry.resource.page_count.map(|count| count.to_string()))),
        ("ISBN", json!(entry.citation.isbn)),
        ("URL", json!(reference.url)),
        ("language", json!(entry.resource.language)),
        ("abstract", json!(entry.resource.summary)),
        ("note", json!(entry.note_html.as_deref().map(html::text))),
    ];
    let known = fields.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(known.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

/// Returns the type. CSL has none for courses.
const fn item_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Book => "book",
        Kind::Video => "motion_picture",
        Kind::Podcast => "broadcast",
        _ => "webpage",
    }
}

/// Returns names in one piece: which part is the family name differs between languages.
fn names(names: &[&str]) -> Value {
    if names.is_empty() { Value::Null } else { names.iter().map(|name| json!({ "literal": name })).collect() }
}

fn issued(reference: &Reference) -> Value {
    if reference.date.is_empty() { Value::Null } else { json!({ "date-parts": [reference.date] }) }
}

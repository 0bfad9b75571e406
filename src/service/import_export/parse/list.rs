//! Parses reading lists.

use entity::kind::NodeKind;
use serde_json::Value;

use super::RecordReference;
use crate::domain::timestamp;
use crate::service::input::{Fields, entry_role};
use crate::service::write::patch::{EntryPatch, ListPatch};

/// Parses a reading list. A list without an owner is parsed further, to find its other violations; the slug of its
/// owner is empty then.
pub fn list(fields: &mut Fields) -> ListPatch<RecordReference> {
    let owner = fields.value(&["owner", "of"], |fields, name, value| {
        if let Value::Array(owners) = &value
            && owners.len() > 1
        {
            fields.invalid(name, None, format!("has {} owners: a reading list has exactly one", owners.len()));
            return None;
        }
        fields.object(name, value, |owner| {
            let kind = owner.kind_of(NodeKind::owns_list);
            let slug = owner.token(&["slug"]);
            let slug = owner.required("slug", slug);
            Some((kind?, slug?))
        })
    });
    let owner = if fields.violations.is_empty() { fields.required("owner", owner) } else { owner.value().cloned() };
    let (owner_kind, owner) = owner.unwrap_or((NodeKind::Career, String::new()));
    ListPatch {
        owner_kind,
        owner: RecordReference::Slug(owner),
        code: fields.token(&["code"]).value().cloned(),
        title: fields.text(&["title"]),
        introduction: fields.text(&["introduction"]),
        entries: fields.list(&["entries"], |fields, name, value| fields.object(name, value, entry)),
    }
}

fn entry(fields: &mut Fields) -> Option<EntryPatch<RecordReference>> {
    let kind = fields.kind_of(NodeKind::is_listable);
    let slug = fields.token(&["slug"]);
    let slug = fields.required("slug", slug);
    let code = fields.token(&["code"]).value().cloned();
    let note = fields.text(&["note"]).value().cloned();
    let role = fields.read(&["role"], entry_role).value().copied();
    let added_at = fields.parsed(&["addedAt"], timestamp::parse).value().copied();
    Some(EntryPatch { kind: kind?, resource: RecordReference::Slug(slug?), code, note, role, added_at })
}

//! Merges the fields of books.

use entity::item::Column;
use entity::timestamp::Timestamp;

use super::{FIELD, NodeReference};
use crate::catalog::{At, Field, Former, Rule, Value};
use crate::service::write::record::{Record, Routable, Stored};
use crate::service::write::save::visible_from;
use crate::service::write::{Violation, ViolationCode};

/// Returns the `survivor` with the values that it takes over from one duplicate after the other. It keeps its own
/// values, its title, its publication, and the date of its last revision.
pub fn merged(survivor: &Stored, duplicates: &[Stored]) -> Record {
    let mut after = survivor.record.clone();
    if let Record::Routable(book) = &mut after {
        for duplicate in duplicates.iter().filter_map(|stored| stored.record.routable()) {
            if book.external_id.is_none() {
                book.external_id.clone_from(&duplicate.external_id);
            }
            for field in book.kind.fields().filter(|field| field.is_merged && !matches!(field.at, At::Former(_))) {
                take(book, duplicate, field);
            }
            take_names(book, duplicate);
        }
    }
    after
}

/// Copies a field from a duplicate: a missing value, or the missing elements of a list.
fn take(book: &mut Routable, duplicate: &Routable, field: &'static Field) {
    let Some(theirs) = duplicate.values.get(field.at) else { return };
    let all = match (book.values.get(field.at), theirs) {
        (None, theirs) => theirs.clone(),
        (Some(Value::References(ours)), Value::References(theirs)) => Value::References(joined(ours, theirs)),
        (Some(Value::Contributors(ours)), Value::Contributors(theirs)) => Value::Contributors(joined(ours, theirs)),
        (Some(Value::Texts(ours)), Value::Texts(theirs)) => Value::Texts(joined(ours, theirs)),
        (Some(_), _) => return,
    };
    book.values.set(field, Some(all));
}

/// Joins two lists without duplicates, ours first.
fn joined<T: Clone + PartialEq>(ours: &[T], theirs: &[T]) -> Vec<T> {
    ours.iter().chain(theirs.iter().filter(|one| !ours.contains(one))).cloned().collect()
}

/// Adds the keys of the duplicate to the former keys of the book.
fn take_names(book: &mut Routable, duplicate: &Routable) {
    for former in [Former::Slugs, Former::Codes, Former::Isbns] {
        book.add_former_keys(former, duplicate.former_keys(former).iter().cloned());
    }
    book.add_former_keys(Former::Slugs, [duplicate.slug.clone()]);
    book.add_former_keys(Former::Codes, [duplicate.code.clone()]);
    book.add_former_keys(Former::Isbns, duplicate.text(Column::Isbn13).map(str::to_owned));
}

/// Returns the violation of a public duplicate of a survivor that is not public, which the merge would hide.
pub fn hidden(survivor: &Stored, duplicate: &Stored, reference: &NodeReference, now: Timestamp) -> Option<Violation> {
    let shows_from = |stored: &Stored| visible_from(&stored.record).map(|from| from.max(now));
    let from = shows_from(duplicate)?;
    let reason = "is public, but the book to keep is not: publish the book to keep or unpublish this one";
    let violation = || Violation::new(&reference.field, ViolationCode::InvalidTransition, Some(&reference.id), reason);
    shows_from(survivor).is_none_or(|left| from < left).then(violation)
}

/// Returns the violations of the limits of a merged book.
pub fn too_much(after: &Record) -> Vec<Violation> {
    let Some(book) = after.routable() else { return Vec::new() };
    let too_many = book.kind.fields().filter_map(|field| {
        let (max, count) = match (field.rule, book.values.get(field.at)?) {
            (Rule::References { max, .. } | Rule::Contributors { max, .. }, value) => (max, value.references().count()),
            (Rule::Texts { max, .. } | Rule::Urls { max }, Value::Texts(texts)) => (max, texts.len()),
            _ => return None,
        };
        (count > max).then(|| {
            let what = field.name();
            let reason = format!("would give the book {count} {what}: at most {max} are allowed, remove some first");
            Violation::new(FIELD, ViolationCode::TooMany, None, reason)
        })
    });
    too_many.collect()
}

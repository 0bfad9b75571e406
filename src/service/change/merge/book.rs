//! What a book takes over from its duplicates.

use entity::timestamp::Timestamp;

use super::{FIELD, Mention, books};
use crate::domain::bounds;
use crate::service::write::record::{Book, Record, Stored, add_former};
use crate::service::write::save::visible_from;
use crate::service::write::{Fault, FaultCode};

/// The `survivor` with what it takes over, from one duplicate after the other. What it has itself stays, and so do its
/// title, whether and when it is published, and when it was last revised.
pub fn merged(survivor: &Stored, duplicates: &[Stored]) -> Record {
    let mut after = survivor.record.clone();
    if let Record::Book(book) = &mut after {
        for duplicate in books(duplicates) {
            take_what_is_lacking(book, duplicate);
            take_what_adds_up(book, duplicate);
            take_names(book, duplicate);
        }
    }
    after
}

fn take_what_is_lacking(book: &mut Book, duplicate: &Book) {
    fn take<T: Clone>(slot: &mut Option<T>, other: Option<&T>) {
        if slot.is_none() {
            *slot = other.cloned();
        }
    }
    take(&mut book.item.external_id, duplicate.item.external_id.as_ref());
    take(&mut book.item.summary, duplicate.item.summary.as_ref());
    take(&mut book.resource.description, duplicate.resource.description.as_ref());
    take(&mut book.resource.level, duplicate.resource.level.as_ref());
    take(&mut book.resource.language, duplicate.resource.language.as_ref());
    take(&mut book.resource.url, duplicate.resource.url.as_ref());
    take(&mut book.resource.time_required, duplicate.resource.time_required.as_ref());
    take(&mut book.subtitle, duplicate.subtitle.as_ref());
    take(&mut book.publisher, duplicate.publisher.as_ref());
    take(&mut book.publication_year, duplicate.publication_year.as_ref());
    take(&mut book.edition, duplicate.edition.as_ref());
    take(&mut book.isbn13, duplicate.isbn13.as_ref());
    take(&mut book.page_count, duplicate.page_count.as_ref());
    take(&mut book.cover_url, duplicate.cover_url.as_ref());
}

/// Topics, and people in their roles, each once, the survivor's first.
fn take_what_adds_up(book: &mut Book, duplicate: &Book) {
    for topic in &duplicate.topics {
        if !book.topics.contains(topic) {
            book.topics.push(topic.clone());
        }
    }
    for contributor in &duplicate.contributors {
        if !book.contributors.contains(contributor) {
            book.contributors.push(contributor.clone());
        }
    }
}

/// Whatever led to the duplicate, now leads to the book.
fn take_names(book: &mut Book, duplicate: &Book) {
    let Book { item, isbn13, old_isbns, old_codes, .. } = duplicate;
    let slugs = item.old_slugs.iter().chain([&item.slug]).cloned();
    add_former(&mut book.item.old_slugs, slugs, Some(&book.item.slug));
    book.add_old_codes(old_codes.iter().chain([&item.code]).cloned());
    book.add_old_isbns(old_isbns.iter().chain(isbn13).cloned());
}

/// The fault of a duplicate that shows when the survivor does not: merging would take it away from everybody.
pub fn hidden(survivor: &Stored, duplicate: &Stored, mention: &Mention, now: Timestamp) -> Option<Fault> {
    let shows_from = |stored: &Stored| visible_from(&stored.record).map(|from| from.max(now));
    let from = shows_from(duplicate)?;
    let reason = "is shown to everybody, and the book that is to be left is not: publish that first, or unpublish this";
    let fault = || Fault::new(&mention.field, FaultCode::InvalidTransition, Some(&mention.id), reason);
    shows_from(survivor).is_none_or(|left| from < left).then(fault)
}

/// What of a merged book is more than a book may have.
pub fn too_much(after: &Record) -> Vec<Fault> {
    let Record::Book(book) = after else { return Vec::new() };
    let counts = [
        (book.contributors.len(), bounds::CONTRIBUTORS, "contributors"),
        (book.topics.len(), bounds::TOPICS, "topics"),
    ];
    let too_many = counts.into_iter().filter(|(count, bound, _)| count > bound);
    let fault = |(count, bound, what)| {
        let reason = format!("would give the book {count} {what}, {bound} are allowed: take some away first");
        Fault::new(FIELD, FaultCode::TooMany, None, reason)
    };
    too_many.map(fault).collect()
}

//! The main row of each thing.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use entity::{book, career, course, organization, person, reading_list, topic};
use sea_orm::{ConnectionTrait, DbErr};

use super::{Change, Of, of_kind, rows, visible_from};
use crate::db::Engine;
use crate::domain::{fold, sort_key};
use crate::service::sort_keys;
use crate::service::write::cycles::{self, Graph};
use crate::service::write::record::{Book, Career, Course, Party, ReadingList, Record, Topic};

/// What never changes once the row is there.
const STAYS: [&str; 2] = ["id", "created_at"];
/// A list also keeps its owner, and follows its visibility in a write of its own.
const STAYS_OF_LIST: [&str; 6] = ["id", "created_at", "career_id", "course_id", "topic_id", "visible_from"];

/// Empties the unique columns that get another value, so that two things can trade theirs.
pub async fn vacate(transaction: &impl ConnectionTrait, engine: Engine, changes: &[Change]) -> Result<(), DbErr> {
    let mut external_ids: HashMap<NodeKind, Vec<i64>> = HashMap::new();
    for change in changes {
        if let Some(before) = &change.before
            && before.external_id().is_some()
            && before.external_id() != change.after.external_id()
        {
            external_ids.entry(before.kind()).or_default().push(change.id);
        }
    }
    for (kind, ids) in external_ids {
        let text = format!("UPDATE {kind} SET external_id = NULL WHERE id");
        rows::where_any(transaction, engine, &text, ids).await?;
    }
    let gives_up = |book: &Of<'_, Book>| {
        book.before.is_some_and(|before| before.isbn13.is_some() && before.isbn13 != book.after.isbn13)
    };
    let isbns = of_kind::<Book>(changes).into_iter().filter(gives_up).map(|book| book.change.id).collect();
    rows::where_any(transaction, engine, "UPDATE book SET isbn13 = NULL WHERE id", isbns).await
}

/// Reads the language of the titles that have none of their own; empty if no change needs it.
pub async fn language(transaction: &impl ConnectionTrait, engine: Engine, changes: &[Change]) -> Result<String, DbErr> {
    let needs = |change: &Change| match &change.after {
        Record::Career(_) | Record::Topic(_) => true,
        Record::Course(course) => course.resource.language.is_none(),
        Record::Book(book) => book.resource.language.is_none(),
        Record::Person(_) | Record::Organization(_) | Record::ReadingList(_) => false,
    };
    if changes.iter().any(needs) {
        Ok(sort_keys::state(transaction, engine).await?.language)
    } else {
        Ok(String::new())
    }
}

/// Writes the rows of one kind: what is new is inserted, so that it can take no other row's place; the rest updated.
/// `language` is that of titles that have none of their own.
pub async fn write(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    changes: &[Change],
    language: &str,
    now: Timestamp,
) -> Result<(), DbErr> {
    let new: HashSet<i64> = (changes.iter().filter(|change| change.before.is_none() && change.after.kind() == kind))
        .map(|change| change.id)
        .collect();
    macro_rules! upsert {
        ($table:ident, $stays:expr, $rows:expr) => {{
            let (new, known): (Vec<$table::Model>, Vec<_>) = $rows.partition(|row| new.contains(&row.id));
            rows::insert::<$table::Entity>(transaction, engine, new).await?;
            rows::upsert::<$table::Entity>(transaction, engine, known, &$stays).await
        }};
    }
    match kind {
        NodeKind::Person => upsert!(person, STAYS, parties(changes, kind).map(|(change, of)| person(change, of, now))),
        NodeKind::Organization => {
            upsert!(organization, STAYS, parties(changes, kind).map(|(change, of)| organization(change, of, now)))
        }
        NodeKind::Topic => {
            let topics = parents_first(of_kind::<Topic>(changes));
            upsert!(topic, STAYS, topics.iter().map(|of| topic(of, language, now)))
        }
        NodeKind::Career => {
            upsert!(career, STAYS, of_kind::<Career>(changes).iter().map(|of| career(of, language, now)))
        }
        NodeKind::Course => {
            upsert!(course, STAYS, of_kind::<Course>(changes).iter().map(|of| course(of, language, now)))
        }
        NodeKind::Book => upsert!(book, STAYS, of_kind::<Book>(changes).iter().map(|of| book(of, language, now))),
        NodeKind::ReadingList => {
            upsert!(reading_list, STAYS_OF_LIST, of_kind::<ReadingList>(changes).iter().map(|of| list(of, now)))
        }
        NodeKind::ReadingListEntry => Ok(()),
    }
}

fn parties(changes: &[Change], kind: NodeKind) -> impl Iterator<Item = (&Change, &Party)> {
    changes.iter().filter_map(move |change| match &change.after {
        Record::Person(party) | Record::Organization(party) if change.after.kind() == kind => Some((change, party)),
        _ => None,
    })
}

/// A topic's parent must be there when the topic is written. The tree has no circle by now, but for one that somebody made
/// in the database by hand, and in that any order will do.
fn parents_first(mut topics: Vec<Of<'_, Topic>>) -> Vec<Of<'_, Topic>> {
    let parents: Graph =
        (topics.iter()).filter_map(|of| Some((of.change.id, vec![of.after.parent.as_ref()?.id]))).collect();
    topics.sort_by_cached_key(|of| cycles::depth(&parents, of.change.id));
    topics
}

/// Fills in the columns that every item has.
macro_rules! item_row {
    ($table:ident, $of:expr, $language:expr, $now:expr, { $($own:tt)* }) => {{
        let (change, item) = ($of.change, &$of.after.item);
        $table::Model {
            id: change.id,
            code: item.code.clone(),
            slug: item.slug.clone(),
            external_id: item.external_id.clone(),
            title: item.title.clone(),
            title_key: fold::stored(&item.title),
            title_sort_key: sort_key::of_title(&item.title, $language),
            summary: item.summary.clone(),
            status: item.status,
            published_at: item.published_at,
            visible_from: visible_from(&change.after),
            revised_at: item.revised_at,
            revision: change.revision,
            created_at: change.created_at,
            updated_at: $now,
            $($own)*
        }
    }};
}

fn career(of: &Of<'_, Career>, language: &str, now: Timestamp) -> career::Model {
    item_row!(career, of, language, now, {
        occupation_code: of.after.occupation_code.clone(),
        article: of.after.article.clone(),
    })
}

fn topic(of: &Of<'_, Topic>, language: &str, now: Timestamp) -> topic::Model {
    item_row!(topic, of, language, now, { parent_id: of.after.parent.as_ref().map(|parent| parent.id), })
}

fn course(of: &Of<'_, Course>, language: &str, now: Timestamp) -> course::Model {
    let course = of.after;
    let resource = &course.resource;
    item_row!(course, of, resource.language.as_deref().unwrap_or(language), now, {
        description: resource.description.clone(),
        level: resource.level,
        language: resource.language.clone(),
        url: resource.url.clone(),
        time_required: resource.time_required,
        provider_id: course.provider.as_ref().map(|provider| provider.id),
        institution_id: course.institution.as_ref().map(|institution| institution.id),
        weekly_effort: course.weekly_effort,
        is_free: course.is_free,
        price_minor: course.price.as_ref().map(|price| price.minor),
        price_currency: course.price.as_ref().map(|price| price.currency.clone()),
    })
}

fn book(of: &Of<'_, Book>, language: &str, now: Timestamp) -> book::Model {
    let book = of.after;
    let resource = &book.resource;
    item_row!(book, of, resource.language.as_deref().unwrap_or(language), now, {
        description: resource.description.clone(),
        level: resource.level,
        language: resource.language.clone(),
        url: resource.url.clone(),
        time_required: resource.time_required,
        subtitle: book.subtitle.clone(),
        publisher_id: book.publisher.as_ref().map(|publisher| publisher.id),
        publication_year: book.publication_year,
        edition: book.edition.clone(),
        isbn13: book.isbn13.clone(),
        page_count: book.page_count,
        cover_url: book.cover_url.clone(),
    })
}

macro_rules! party_row {
    ($table:ident, $change:expr, $party:expr, $now:expr) => {
        $table::Model {
            id: $change.id,
            code: $party.code.clone(),
            slug: $party.slug.clone(),
            external_id: $party.external_id.clone(),
            name: $party.name.clone(),
            name_key: fold::stored(&$party.name),
            name_sort_key: sort_key::of_name(&$party.name),
            url: $party.url.clone(),
            revision: $change.revision,
            created_at: $change.created_at,
            updated_at: $now,
        }
    };
}

fn person(change: &Change, party: &Party, now: Timestamp) -> person::Model {
    party_row!(person, change, party, now)
}

fn organization(change: &Change, party: &Party, now: Timestamp) -> organization::Model {
    party_row!(organization, change, party, now)
}

fn list(of: &Of<'_, ReadingList>, now: Timestamp) -> reading_list::Model {
    let list = of.after;
    let owner = |kind| (list.owner_kind == kind).then_some(list.owner.id);
    reading_list::Model {
        id: of.change.id,
        code: list.code.clone(),
        career_id: owner(NodeKind::Career),
        course_id: owner(NodeKind::Course),
        topic_id: owner(NodeKind::Topic),
        title: list.title.clone(),
        introduction: list.introduction.clone(),
        visible_from: list.visible_from,
        revision: of.change.revision,
        created_at: of.change.created_at,
        updated_at: now,
    }
}

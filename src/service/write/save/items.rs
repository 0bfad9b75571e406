//! The main row of each record.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use entity::{item, organization, person, reading_list};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};

use super::{Change, of_kind, rows, visible_from};
use crate::db::Engine;
use crate::domain::{fold, sort_key};
use crate::service::sort_keys;
use crate::service::write::cycles::{self, Graph};
use crate::service::write::record::{Book, Party, ReadingList, Record, Resource};

/// The columns that an update of an existing row leaves alone.
const SKIPPED_ON_UPDATE: [&str; 2] = ["id", "created_at"];
const ITEM_SKIPPED_ON_UPDATE: [&str; 3] = ["id", "kind", "created_at"];
/// `visible_from` of a list is updated with its owner.
const LIST_SKIPPED_ON_UPDATE: [&str; 4] = ["id", "created_at", "owner_id", "visible_from"];

/// Empties the unique columns that get another value, so that two records can trade theirs.
pub async fn vacate(transaction: &impl ConnectionTrait, engine: Engine, changes: &[Change]) -> Result<(), DbErr> {
    let mut external_ids: HashMap<&str, Vec<i64>> = HashMap::new();
    for change in changes {
        if let Some(before) = &change.before
            && before.external_id().is_some()
            && before.external_id() != change.after.external_id()
        {
            external_ids.entry(before.kind().table()).or_default().push(change.id);
        }
    }
    for (table, ids) in external_ids {
        let text = format!("UPDATE {table} SET external_id = NULL WHERE id");
        rows::where_any(transaction, engine, &text, ids).await?;
    }
    let isbns = of_kind::<Book>(changes)
        .into_iter()
        .filter(|book| book.before.is_some_and(|before| before.isbn13.is_some() && before.isbn13 != book.after.isbn13));
    let isbns = isbns.map(|book| book.change.id).collect();
    rows::where_any(transaction, engine, "UPDATE item SET isbn13 = NULL WHERE id", isbns).await
}

/// Reads the language of titles without a language of their own; empty if no change needs it.
async fn language(transaction: &impl ConnectionTrait, engine: Engine, changes: &[Change]) -> Result<String, DbErr> {
    let needs = |change: &Change| change.after.item().is_some() && own_language(&change.after).is_none();
    if changes.iter().any(needs) {
        Ok(sort_keys::state(transaction, engine).await?.language)
    } else {
        Ok(String::new())
    }
}

fn own_language(record: &Record) -> Option<&str> {
    match record {
        Record::Course(course) => course.resource.language.as_deref(),
        Record::Book(book) => book.resource.language.as_deref(),
        _ => None,
    }
}

/// Writes the rows of all changes, referenced rows before those that refer to them.
pub async fn write(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), DbErr> {
    let language = language(transaction, engine, changes).await?;
    let new: HashSet<(NodeKind, i64)> = changes
        .iter()
        .filter(|change| change.before.is_none())
        .map(|change| (change.after.kind(), change.id))
        .collect();
    let writer = Writer { transaction, engine, new };
    let organizations = party_rows(changes, NodeKind::Organization, |change, party| organization(change, party, now));
    writer.write::<organization::Entity>(organizations, &SKIPPED_ON_UPDATE).await?;
    let people = party_rows(changes, NodeKind::Person, |change, party| person(change, party, now));
    writer.write::<person::Entity>(people, &SKIPPED_ON_UPDATE).await?;
    let items = parents_first(changes).into_iter();
    let items = items.filter_map(|change| Some(((change.after.kind(), change.id), item_row(change, &language, now)?)));
    writer.write::<item::Entity>(items.collect(), &ITEM_SKIPPED_ON_UPDATE).await?;
    let lists = of_kind::<ReadingList>(changes).into_iter();
    let lists = lists.map(|list| ((NodeKind::ReadingList, list.change.id), self::list(list.change, list.after, now)));
    writer.write::<reading_list::Entity>(lists.collect(), &LIST_SKIPPED_ON_UPDATE).await
}

struct Writer<'t, C> {
    transaction: &'t C,
    engine: Engine,
    new: HashSet<(NodeKind, i64)>,
}

impl<C: ConnectionTrait> Writer<'_, C> {
    /// Inserts the rows that are new, so that they can take no other row's place, and updates the others.
    async fn write<E>(&self, rows: Vec<((NodeKind, i64), E::Model)>, skipped: &[&str]) -> Result<(), DbErr>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let (new, known): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(key, _)| self.new.contains(key));
        let models = |rows: Vec<(_, E::Model)>| rows.into_iter().map(|(_, model)| model).collect();
        rows::insert::<E>(self.transaction, self.engine, models(new)).await?;
        rows::upsert::<E>(self.transaction, self.engine, models(known), skipped).await
    }
}

/// The rows of people or organizations.
fn party_rows<M>(changes: &[Change], kind: NodeKind, row: impl Fn(&Change, &Party) -> M) -> Vec<((NodeKind, i64), M)> {
    let rows = changes.iter().filter_map(|change| match &change.after {
        Record::Person(party) | Record::Organization(party) if change.after.kind() == kind => {
            Some(((kind, change.id), row(change, party)))
        }
        _ => None,
    });
    rows.collect()
}

/// The changes of items, a topic's parent before the topic. The tree has no cycle by now, except one that was made in the
/// database by hand; then any order is as good.
fn parents_first(changes: &[Change]) -> Vec<&Change> {
    let parent = |change: &Change| match &change.after {
        Record::Topic(topic) => topic.parent.as_ref().map(|parent| parent.id),
        _ => None,
    };
    let parents: Graph = changes.iter().filter_map(|change| Some((change.id, vec![parent(change)?]))).collect();
    let mut items: Vec<&Change> = changes.iter().filter(|change| change.after.item().is_some()).collect();
    items.sort_by_cached_key(|change| cycles::depth(&parents, change.id));
    items
}

/// The row of an item. `language` is that of titles without a language of their own.
fn item_row(change: &Change, language: &str, now: Timestamp) -> Option<item::Model> {
    let common = change.after.item()?;
    let mut row = item::Model {
        id: change.id,
        kind: change.after.kind().name().to_owned(),
        code: common.code.clone(),
        slug: common.slug.clone(),
        external_id: common.external_id.clone(),
        title: common.title.clone(),
        title_key: fold::stored(&common.title),
        title_sort_key: sort_key::of_title(&common.title, own_language(&change.after).unwrap_or(language)),
        summary: common.summary.clone(),
        status: common.status,
        published_at: common.published_at,
        visible_from: visible_from(&change.after),
        revised_at: common.revised_at,
        revision: change.revision,
        created_at: change.created_at,
        updated_at: now,
        level: None,
        language: None,
        url: None,
        time_required: None,
        is_free: None,
        price_minor: None,
        price_currency: None,
        weekly_effort: None,
        subtitle: None,
        edition: None,
        isbn13: None,
        publication_year: None,
        page_count: None,
        cover_url: None,
        occupation_code: None,
        publisher_id: None,
        provider_id: None,
        institution_id: None,
        parent_id: None,
    };
    match &change.after {
        Record::Career(career) => row.occupation_code.clone_from(&career.occupation_code),
        Record::Topic(topic) => row.parent_id = topic.parent.as_ref().map(|parent| parent.id),
        Record::Course(course) => {
            set_resource_columns(&course.resource, &mut row);
            row.provider_id = course.provider.as_ref().map(|provider| provider.id);
            row.institution_id = course.institution.as_ref().map(|institution| institution.id);
            row.weekly_effort = course.weekly_effort;
            row.is_free = course.is_free;
            row.price_minor = course.price.as_ref().map(|price| price.minor);
            row.price_currency = course.price.as_ref().map(|price| price.currency.clone());
        }
        Record::Book(book) => {
            set_resource_columns(&book.resource, &mut row);
            row.subtitle.clone_from(&book.subtitle);
            row.publisher_id = book.publisher.as_ref().map(|publisher| publisher.id);
            row.publication_year = book.publication_year;
            row.edition.clone_from(&book.edition);
            row.isbn13.clone_from(&book.isbn13);
            row.page_count = book.page_count;
            row.cover_url.clone_from(&book.cover_url);
        }
        Record::Person(_) | Record::Organization(_) | Record::ReadingList(_) => {}
    }
    Some(row)
}

fn set_resource_columns(resource: &Resource, row: &mut item::Model) {
    row.level = resource.level;
    row.language.clone_from(&resource.language);
    row.url.clone_from(&resource.url);
    row.time_required = resource.time_required;
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

fn list(change: &Change, list: &ReadingList, now: Timestamp) -> reading_list::Model {
    reading_list::Model {
        id: change.id,
        code: list.code.clone(),
        owner_id: list.owner.id,
        title: list.title.clone(),
        introduction: list.introduction.clone(),
        visible_from: list.visible_from,
        revision: change.revision,
        created_at: change.created_at,
        updated_at: now,
    }
}

//! Writes the main rows of records.

use std::collections::HashSet;

use entity::item::Column;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use entity::{item, organization, person, reading_list};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait};

use super::{Change, rows, visible_from};
use crate::catalog::{At, Value};
use crate::db::{Engine, Transaction};
use crate::domain::{fold, sort_key};
use crate::service::sort_keys;
use crate::service::write::columns;
use crate::service::write::graph::{self, Graph};
use crate::service::write::record::{ReadingList, Routable};

/// The columns that updates do not change.
const SKIPPED_ON_UPDATE: [&str; 2] = ["id", "created_at"];
const ITEM_SKIPPED_ON_UPDATE: [&str; 3] = ["id", "kind", "created_at"];
/// `visible_from` of a list is updated with that of its owner.
const LIST_SKIPPED_ON_UPDATE: [&str; 4] = ["id", "created_at", "owner_id", "visible_from"];

/// Returns the language of titles without a language of their own. Empty if no change needs it.
async fn language(transaction: &impl ConnectionTrait, engine: Engine, changes: &[Change]) -> Result<String, DbErr> {
    let needs = |record: &Routable| record.kind.node.is_catalog_item() && record.text(Column::Language).is_none();
    if changes.iter().filter_map(|change| change.after.routable()).any(needs) {
        Ok(sort_keys::state(transaction, engine).await?.language)
    } else {
        Ok(String::new())
    }
}

/// Writes the rows of all changes, referenced rows first.
pub async fn write(transaction: &Transaction, engine: Engine, changes: &[Change], now: Timestamp) -> Result<(), DbErr> {
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
    let items = parents_first(changes)
        .into_iter()
        .map(|(change, record)| Ok(((record.kind.node, change.id), item_row(change, record, &language, now)?)));
    writer.write::<item::Entity>(items.collect::<Result<_, DbErr>>()?, &ITEM_SKIPPED_ON_UPDATE).await?;
    let lists = changes
        .iter()
        .filter_map(|change| Some(((NodeKind::ReadingList, change.id), list_row(change, change.after.list()?, now))));
    writer.write::<reading_list::Entity>(lists.collect(), &LIST_SKIPPED_ON_UPDATE).await
}

struct Writer<'t> {
    transaction: &'t Transaction,
    engine: Engine,
    new: HashSet<(NodeKind, i64)>,
}

impl Writer<'_> {
    /// Inserts new rows, so that they cannot overwrite others, and updates existing ones.
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

/// Returns the rows of people or organizations.
fn party_rows<M>(
    changes: &[Change],
    kind: NodeKind,
    row: impl Fn(&Change, &Routable) -> M,
) -> Vec<((NodeKind, i64), M)> {
    let of_kind = |change: &&Change| change.after.kind() == kind;
    let rows = changes.iter().filter(of_kind);
    rows.filter_map(|change| Some(((kind, change.id), row(change, change.after.routable()?)))).collect()
}

/// Returns the changes of items, parents before their topics. The tree has no cycles, except those created directly in
/// the database, for which the order does not matter.
fn parents_first(changes: &[Change]) -> Vec<(&Change, &Routable)> {
    let items = changes.iter().filter_map(|change| Some((change, change.after.routable()?)));
    let mut items: Vec<_> = items.filter(|(_, record)| record.kind.node.is_catalog_item()).collect();
    let parents =
        items.iter().filter_map(|(change, record)| Some((change.id, vec![record.reference(Column::ParentId)?.id])));
    let parents: Graph = parents.collect();
    items.sort_by_cached_key(|(change, _)| graph::depth(&parents, change.id));
    items
}

/// Returns the row of an item. `language` is that of titles without a language of their own.
fn item_row(change: &Change, record: &Routable, language: &str, now: Timestamp) -> Result<item::Model, DbErr> {
    let title = record.title();
    let mut row = item::Model {
        id: change.id,
        kind: record.kind.node.name().to_owned(),
        code: record.code.clone(),
        slug: record.slug.clone(),
        external_id: record.external_id.clone(),
        title_folded: fold::stored(title),
        title_sort_key: sort_key::of_title(title, record.text(Column::Language).unwrap_or(language)),
        visible_from: visible_from(&change.after),
        revision: change.revision,
        created_at: change.created_at,
        updated_at: now,
        ..item::Model::default()
    };
    for (field, value) in record.values.iter() {
        match (field.at, value) {
            (At::Column(column), value) => columns::write(&mut row, column, value)?,
            (At::Price(minor, currency), Value::Price(price)) => {
                row.try_set(minor, price.minor.into())?;
                row.try_set(currency, price.currency.clone().into())?;
            }
            _ => {}
        }
    }
    Ok(row)
}

macro_rules! party_row {
    ($table:ident, $change:expr, $party:expr, $now:expr) => {
        $table::Model {
            id: $change.id,
            code: $party.code.clone(),
            slug: $party.slug.clone(),
            external_id: $party.external_id.clone(),
            name: $party.title().to_owned(),
            name_folded: fold::stored($party.title()),
            name_sort_key: sort_key::of_name($party.title()),
            url: $party.text(Column::Url).map(str::to_owned),
            revision: $change.revision,
            created_at: $change.created_at,
            updated_at: $now,
        }
    };
}

fn person(change: &Change, party: &Routable, now: Timestamp) -> person::Model {
    party_row!(person, change, party, now)
}

fn organization(change: &Change, party: &Routable, now: Timestamp) -> organization::Model {
    party_row!(organization, change, party, now)
}

fn list_row(change: &Change, list: &ReadingList, now: Timestamp) -> reading_list::Model {
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

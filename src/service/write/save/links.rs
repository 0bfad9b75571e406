//! Writes the ordered relations of items: topics, people, prerequisites, related items, aliases and sections. Replaces
//! each list that differs.

use entity::{contribution, item_alias, item_same_as, item_topic, prerequisite, related_item, syllabus_section};
use sea_orm::{DbErr, EntityTrait, IntoActiveModel};

use super::{Change, SaveError, rows};
use crate::catalog::{Link, Section, Value};
use crate::db::{Engine, Transaction};
use crate::domain::fold;
use crate::service::spool::Queue;
use crate::service::write::record::{Record, Ref, Routable};

/// The number of relations between items that are written at once.
const BATCH: usize = 5_000;

/// An item, a position, and the item there.
type ItemLink = (i64, i32, i64);

/// The relations between items, which are written when all items are.
#[derive(Default)]
pub struct ItemLinks {
    prerequisites: Queue<ItemLink>,
    related: Queue<ItemLink>,
}

impl ItemLinks {
    /// Writes the relations.
    pub async fn write(self, transaction: &Transaction, engine: Engine) -> Result<(), SaveError> {
        insert_links::<prerequisite::Entity>(transaction, engine, self.prerequisites, |link| {
            let (item_id, position, prerequisite_id) = link;
            prerequisite::Model { item_id, position, prerequisite_id }
        })
        .await?;
        insert_links::<related_item::Entity>(transaction, engine, self.related, |link| {
            let (item_id, position, related_id) = link;
            related_item::Model { item_id, position, related_id }
        })
        .await
    }
}

async fn insert_links<E>(
    transaction: &Transaction,
    engine: Engine,
    mut links: Queue<ItemLink>,
    row: fn(ItemLink) -> E::Model,
) -> Result<(), SaveError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    loop {
        let batch = links.take(BATCH)?;
        if batch.is_empty() {
            return Ok(());
        }
        rows::insert::<E>(transaction, engine, batch.into_iter().map(row)).await?;
    }
}

/// Writes the relations of changes, except those between items, which are added to `later`.
pub async fn write(
    transaction: &Transaction,
    engine: Engine,
    changes: &[Change],
    later: &mut ItemLinks,
) -> Result<(), SaveError> {
    let writer = Writer { transaction, engine, changes };
    writer
        .replace::<item_topic::Entity, _>(references(Link::Topics), |item_id, position, topic| item_topic::Model {
            item_id,
            position,
            topic_id: topic.id,
        })
        .await?;
    writer
        .replace::<contribution::Entity, _>(contributions, |item_id, position, (person_id, role)| contribution::Model {
            item_id,
            position,
            person_id: *person_id,
            role: (*role).to_owned(),
        })
        .await?;
    writer
        .replace::<item_alias::Entity, _>(texts(Link::Aliases), |item_id, position, name| item_alias::Model {
            item_id,
            position,
            name: (*name).to_owned(),
            name_folded: fold::stored(name),
        })
        .await?;
    writer
        .replace::<item_same_as::Entity, _>(texts(Link::SameAs), |item_id, position, url| item_same_as::Model {
            item_id,
            position,
            url: (*url).to_owned(),
        })
        .await?;
    writer
        .replace::<syllabus_section::Entity, _>(sections, |item_id, position, section| syllabus_section::Model {
            item_id,
            position,
            title: section.title.clone(),
            summary: section.summary.clone(),
        })
        .await?;
    let link = |item_id, position, other: &&Ref| (item_id, position, other.id);
    for prerequisite in writer.clear::<prerequisite::Entity, _, _>(references(Link::Prerequisites), link).await? {
        later.prerequisites.push(&prerequisite)?;
    }
    for related in writer.clear::<related_item::Entity, _, _>(references(Link::Related), link).await? {
        later.related.push(&related)?;
    }
    Ok(())
}

fn references(link: Link) -> impl Fn(&Routable) -> Vec<&Ref> {
    move |record| record.references(link).iter().collect()
}

fn contributions(record: &Routable) -> Vec<(i64, &'static str)> {
    let contributors = record.contributors().iter().map(|one| (one.person.id, one.role.as_str()));
    let instructors = record.references(Link::Instructors).iter().map(|person| (person.id, contribution::INSTRUCTOR));
    contributors.chain(instructors).collect()
}

fn texts(link: Link) -> impl Fn(&Routable) -> Vec<&str> {
    move |record| record.texts(link).iter().map(String::as_str).collect()
}

fn sections(record: &Routable) -> Vec<&Section> {
    match record.values.get(Link::Syllabus) {
        Some(Value::Sections(sections)) => sections.iter().collect(),
        _ => Vec::new(),
    }
}

struct Writer<'a> {
    transaction: &'a Transaction,
    engine: Engine,
    changes: &'a [Change],
}

impl<'a> Writer<'a> {
    /// Replaces the lists that differ. `row` returns the row of an item, a position and an element.
    async fn replace<E, L: PartialEq>(
        &self,
        list: impl Fn(&'a Routable) -> Vec<L>,
        row: impl Fn(i64, i32, &L) -> E::Model,
    ) -> Result<(), DbErr>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let written = self.clear::<E, L, _>(list, row).await?;
        rows::insert::<E>(self.transaction, self.engine, written).await
    }

    /// Deletes the lists that differ, and returns the rows that replace them.
    async fn clear<E, L: PartialEq, R>(
        &self,
        list: impl Fn(&'a Routable) -> Vec<L>,
        row: impl Fn(i64, i32, &L) -> R,
    ) -> Result<Vec<R>, DbErr>
    where
        E: EntityTrait,
    {
        let (mut stale, mut written) = (Vec::new(), Vec::new());
        for change in self.changes {
            let Some(after) = change.after.routable() else { continue };
            let before = change.before.as_ref().and_then(Record::routable).map(&list).unwrap_or_default();
            let after = list(after);
            if before == after {
                continue;
            }
            if !before.is_empty() {
                stale.push(change.id);
            }
            written.extend((1..).zip(&after).map(|(position, element)| row(change.id, position, element)));
        }
        let table = E::default().table_name().to_owned();
        rows::execute_for_ids(self.transaction, self.engine, &format!("DELETE FROM {table} WHERE item_id"), stale)
            .await?;
        Ok(written)
    }
}

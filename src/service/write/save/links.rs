//! Writes the ordered relations of items: topics, people, prerequisites, related items, aliases and sections. Replaces
//! each list that differs.

use entity::{contribution, item_alias, item_same_as, item_topic, prerequisite, related_item, syllabus_section};
use sea_orm::{DbErr, EntityTrait, IntoActiveModel};

use super::{Change, rows};
use crate::catalog::{Link, Section, Value};
use crate::db::{Engine, Transaction};
use crate::domain::fold;
use crate::service::write::record::{Record, Ref, Routable};

/// The relations between items, which are written when all items are.
#[derive(Default)]
pub struct ItemLinks {
    prerequisites: Vec<prerequisite::Model>,
    related: Vec<related_item::Model>,
}

impl ItemLinks {
    /// Writes the relations.
    pub async fn write(self, transaction: &Transaction, engine: Engine) -> Result<(), DbErr> {
        rows::insert::<prerequisite::Entity>(transaction, engine, self.prerequisites).await?;
        rows::insert::<related_item::Entity>(transaction, engine, self.related).await
    }
}

/// Writes the relations of changes, except those between items, which are added to `later`.
pub async fn write(
    transaction: &Transaction,
    engine: Engine,
    changes: &[Change],
    later: &mut ItemLinks,
) -> Result<(), DbErr> {
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
    let prerequisites = writer
        .clear::<prerequisite::Entity, _>(references(Link::Prerequisites), |item_id, position, other| {
            prerequisite::Model { item_id, position, prerequisite_id: other.id }
        })
        .await?;
    later.prerequisites.extend(prerequisites);
    let related =
        writer
            .clear::<related_item::Entity, _>(references(Link::Related), |item_id, position, other| {
                related_item::Model { item_id, position, related_id: other.id }
            })
            .await?;
    later.related.extend(related);
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
        let written = self.clear::<E, L>(list, row).await?;
        rows::insert::<E>(self.transaction, self.engine, written).await
    }

    /// Deletes the lists that differ, and returns the rows that replace them.
    async fn clear<E, L: PartialEq>(
        &self,
        list: impl Fn(&'a Routable) -> Vec<L>,
        row: impl Fn(i64, i32, &L) -> E::Model,
    ) -> Result<Vec<E::Model>, DbErr>
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

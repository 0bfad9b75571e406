//! Writes the ordered relations of items: topics, people, prerequisites, related items, aliases and sections. A list that
//! differs is replaced.

use entity::{contribution, item_alias, item_topic, prerequisite, related_item, syllabus_section};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};

use super::{Change, rows};
use crate::db::Engine;
use crate::domain::fold;
use crate::service::write::record::{Record, Ref, Section};

/// Writes the relations of all changes.
pub async fn write(transaction: &impl ConnectionTrait, engine: Engine, changes: &[Change]) -> Result<(), DbErr> {
    let writer = Writer { transaction, engine, changes };
    writer
        .replace::<item_topic::Entity, _>(topics, |item_id, position, topic| item_topic::Model {
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
        .replace::<prerequisite::Entity, _>(prerequisites, |item_id, position, other| prerequisite::Model {
            item_id,
            position,
            prerequisite_id: other.id,
        })
        .await?;
    writer
        .replace::<related_item::Entity, _>(related, |item_id, position, other| related_item::Model {
            item_id,
            position,
            related_id: other.id,
        })
        .await?;
    writer
        .replace::<item_alias::Entity, _>(aliases, |item_id, position, name| item_alias::Model {
            item_id,
            position,
            name: (*name).to_owned(),
            name_key: fold::stored(name),
        })
        .await?;
    writer
        .replace::<syllabus_section::Entity, _>(sections, |item_id, position, section| syllabus_section::Model {
            item_id,
            position,
            title: section.title.clone(),
            summary: section.summary.clone(),
        })
        .await
}

fn topics(record: &Record) -> Vec<&Ref> {
    match record {
        Record::Career(career) => career.topics.iter().collect(),
        Record::Course(course) => course.topics.iter().collect(),
        Record::Book(book) => book.topics.iter().collect(),
        _ => Vec::new(),
    }
}

fn contributions(record: &Record) -> Vec<(i64, &'static str)> {
    match record {
        Record::Course(course) => {
            course.instructors.iter().map(|one| (one.person.id, contribution::INSTRUCTOR)).collect()
        }
        Record::Book(book) => book.contributors.iter().map(|one| (one.person.id, one.role.as_str())).collect(),
        _ => Vec::new(),
    }
}

fn prerequisites(record: &Record) -> Vec<&Ref> {
    match record {
        Record::Course(course) => course.prerequisites.iter().collect(),
        _ => Vec::new(),
    }
}

fn related(record: &Record) -> Vec<&Ref> {
    match record {
        Record::Career(career) => career.related.iter().collect(),
        Record::Topic(topic) => topic.related.iter().collect(),
        _ => Vec::new(),
    }
}

fn aliases(record: &Record) -> Vec<&str> {
    match record {
        Record::Topic(topic) => topic.aliases.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

fn sections(record: &Record) -> Vec<&Section> {
    match record {
        Record::Course(course) => course.syllabus.iter().collect(),
        _ => Vec::new(),
    }
}

struct Writer<'a, C> {
    transaction: &'a C,
    engine: Engine,
    changes: &'a [Change],
}

impl<'a, C: ConnectionTrait> Writer<'a, C> {
    /// Replaces the lists that differ by a row for each element: of the item, the position and the element.
    async fn replace<E, L: PartialEq>(
        &self,
        list: impl Fn(&'a Record) -> Vec<L>,
        row: impl Fn(i64, i32, &L) -> E::Model,
    ) -> Result<(), DbErr>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let (mut stale, mut written) = (Vec::new(), Vec::new());
        for change in self.changes.iter().filter(|change| change.after.kind().is_catalog_item()) {
            let before = change.before.as_ref().map(&list).unwrap_or_default();
            let after = list(&change.after);
            if before == after {
                continue;
            }
            if !before.is_empty() {
                stale.push(change.id);
            }
            written.extend((1..).zip(&after).map(|(position, element)| row(change.id, position, element)));
        }
        let table = E::default().table_name().to_owned();
        rows::where_any(self.transaction, self.engine, &format!("DELETE FROM {table} WHERE item_id"), stale).await?;
        rows::insert::<E>(self.transaction, self.engine, written).await
    }
}

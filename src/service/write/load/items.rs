//! Careers, courses, books and topics.

use entity::{book, career, course, topic};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::former::former_names;
use super::relations::{by_rows, gather, old_slugs, one, reference, refs};
use crate::db::Engine;
use crate::service::write::record::{
    Book, Career, Contributor, Course, Instructor, Item, Price, Record, Resource, Section, Stored, Topic,
};

/// Takes out of a row what every item has.
macro_rules! item {
    ($model:expr, $old_slugs:expr) => {
        Item {
            slug: $model.slug,
            code: $model.code,
            external_id: $model.external_id,
            status: $model.status,
            published_at: $model.published_at,
            revised_at: $model.revised_at,
            old_slugs: $old_slugs,
            title: $model.title,
            summary: $model.summary,
        }
    };
}

/// Takes out of a row what courses and books have.
macro_rules! resource {
    ($model:expr) => {
        Resource {
            description: $model.description,
            level: $model.level,
            language: $model.language,
            url: $model.url,
            time_required: $model.time_required,
        }
    };
}

pub async fn careers(connection: &impl ConnectionTrait, engine: Engine, ids: &[i64]) -> Result<Vec<Stored>, DbErr> {
    let mut old = old_slugs(connection, engine, "career", ids).await?;
    let mut topics = refs(connection, engine, ("career_topic", "career_id", "topic_id", "topic"), ids).await?;
    let mut related = refs(connection, engine, ("related_career", "career_id", "related_id", "career"), ids).await?;
    let models = career::Entity::find().filter(career::Column::Id.is_in(ids.iter().copied())).all(connection).await?;
    let stored = models.into_iter().map(|model| Stored {
        id: model.id,
        revision: model.revision,
        created_at: model.created_at,
        record: Record::Career(Career {
            item: item!(model, old.remove(&model.id).unwrap_or_default()),
            occupation_code: model.occupation_code,
            article: model.article,
            topics: topics.remove(&model.id).unwrap_or_default(),
            related: related.remove(&model.id).unwrap_or_default(),
        }),
    });
    Ok(stored.collect())
}

pub async fn topics(connection: &impl ConnectionTrait, engine: Engine, ids: &[i64]) -> Result<Vec<Stored>, DbErr> {
    let mut old = old_slugs(connection, engine, "topic", ids).await?;
    let mut related = refs(connection, engine, ("related_topic", "topic_id", "related_id", "topic"), ids).await?;
    let aliases = "SELECT topic_id, name FROM topic_alias WHERE topic_id";
    let mut aliases = gather(connection, engine, aliases, " ORDER BY topic_id, position", ids, one::<String>).await?;
    let models = topic::Entity::find().filter(topic::Column::Id.is_in(ids.iter().copied())).all(connection).await?;
    let parents =
        by_rows(connection, engine, "topic", models.iter().filter_map(|model| model.parent_id).collect()).await?;
    let stored = models.into_iter().map(|model| Stored {
        id: model.id,
        revision: model.revision,
        created_at: model.created_at,
        record: Record::Topic(Topic {
            item: item!(model, old.remove(&model.id).unwrap_or_default()),
            parent: model.parent_id.and_then(|parent| parents.get(&parent).cloned()),
            aliases: aliases.remove(&model.id).unwrap_or_default(),
            related: related.remove(&model.id).unwrap_or_default(),
        }),
    });
    Ok(stored.collect())
}

/// A name alone leads to the person of that name with the smallest slug.
const INSTRUCTORS: &str = "
    SELECT i.course_id, p.id, p.code, p.slug, p.name,
           EXISTS (SELECT 1 FROM person o WHERE o.name = p.name AND o.slug < p.slug)
    FROM course_instructor i JOIN person p ON p.id = i.person_id WHERE i.course_id";

pub async fn courses(connection: &impl ConnectionTrait, engine: Engine, ids: &[i64]) -> Result<Vec<Stored>, DbErr> {
    let mut old = old_slugs(connection, engine, "course", ids).await?;
    let mut topics = refs(connection, engine, ("course_topic", "course_id", "topic_id", "topic"), ids).await?;
    let prerequisites = ("course_prerequisite", "course_id", "prerequisite_id", "course");
    let mut prerequisites = refs(connection, engine, prerequisites, ids).await?;
    let mut instructors =
        gather(connection, engine, INSTRUCTORS, " ORDER BY i.course_id, i.position", ids, |columns| {
            let person = reference(columns)?;
            let (name, is_another): (String, bool) = (columns.take()?, columns.take()?);
            Ok(Instructor { person, known_as: (!is_another).then_some(name) })
        })
        .await?;
    let syllabus = "SELECT course_id, title, summary FROM syllabus_section WHERE course_id";
    let mut syllabus = gather(connection, engine, syllabus, " ORDER BY course_id, position", ids, |columns| {
        Ok(Section { title: columns.take()?, summary: columns.take()? })
    })
    .await?;
    let models = course::Entity::find().filter(course::Column::Id.is_in(ids.iter().copied())).all(connection).await?;
    let organizations = models.iter().flat_map(|model| [model.provider_id, model.institution_id]).flatten().collect();
    let organizations = by_rows(connection, engine, "organization", organizations).await?;
    let organization = |id: Option<i64>| organizations.get(&id?).cloned();
    let stored = models.into_iter().map(|model| Stored {
        id: model.id,
        revision: model.revision,
        created_at: model.created_at,
        record: Record::Course(Course {
            item: item!(model, old.remove(&model.id).unwrap_or_default()),
            resource: resource!(model),
            provider: organization(model.provider_id),
            institution: organization(model.institution_id),
            instructors: instructors.remove(&model.id).unwrap_or_default(),
            weekly_effort: model.weekly_effort,
            is_free: model.is_free,
            price: model.price_minor.zip(model.price_currency).map(|(minor, currency)| Price { minor, currency }),
            syllabus: syllabus.remove(&model.id).unwrap_or_default(),
            topics: topics.remove(&model.id).unwrap_or_default(),
            prerequisites: prerequisites.remove(&model.id).unwrap_or_default(),
        }),
    });
    Ok(stored.collect())
}

pub async fn books(connection: &impl ConnectionTrait, engine: Engine, ids: &[i64]) -> Result<Vec<Stored>, DbErr> {
    let mut former = former_names(connection, engine, ids).await?;
    let mut topics = refs(connection, engine, ("book_topic", "book_id", "topic_id", "topic"), ids).await?;
    let contributors = "SELECT c.book_id, p.id, p.code, p.slug, c.role
        FROM contribution c JOIN person p ON p.id = c.person_id WHERE c.book_id";
    let mut contributors =
        gather(connection, engine, contributors, " ORDER BY c.book_id, c.position", ids, |columns| {
            Ok(Contributor { person: reference(columns)?, role: columns.take()? })
        })
        .await?;
    let models = book::Entity::find().filter(book::Column::Id.is_in(ids.iter().copied())).all(connection).await?;
    let publishers = models.iter().filter_map(|model| model.publisher_id).collect();
    let publishers = by_rows(connection, engine, "organization", publishers).await?;
    let stored = models.into_iter().map(|model| {
        let former = former.remove(&model.id).unwrap_or_default();
        Stored {
            id: model.id,
            revision: model.revision,
            created_at: model.created_at,
            record: Record::Book(Book {
                item: item!(model, former.slugs),
                resource: resource!(model),
                subtitle: model.subtitle,
                contributors: contributors.remove(&model.id).unwrap_or_default(),
                publisher: model.publisher_id.and_then(|id| publishers.get(&id).cloned()),
                publication_year: model.publication_year,
                edition: model.edition,
                isbn13: model.isbn13,
                old_isbns: former.isbns,
                old_codes: former.codes,
                page_count: model.page_count,
                cover_url: model.cover_url,
                topics: topics.remove(&model.id).unwrap_or_default(),
            }),
        }
    });
    Ok(stored.collect())
}

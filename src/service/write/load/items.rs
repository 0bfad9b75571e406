//! Loads items in two statements: their rows, and their links.

use entity::kind::NodeKind;
use entity::{item, item_text};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::links::{Links, links};
use crate::db::Engine;
use crate::service::write::record::{Book, Career, Course, Item, Price, Record, Resource, Stored, Topic};

/// Loads the items of `kind` that meet a condition.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn items(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    condition: SimpleExpr,
) -> Result<Vec<Stored>, DbErr> {
    let found = item::Entity::find()
        .find_also_related(item_text::Entity)
        .filter(item::Column::Kind.eq(kind.name()))
        .filter(condition)
        .all(connection)
        .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = found.iter().map(|(row, _)| row.id).collect();
    let mut links = links(connection, engine, &ids).await?;
    let stored = found.into_iter().map(|(row, text)| {
        let (id, revision, created_at) = (row.id, row.revision, row.created_at);
        let record = record(kind, row, text, links.remove(&id).unwrap_or_default())?;
        Ok(Stored { id, revision, created_at, record })
    });
    stored.collect()
}

fn record(kind: NodeKind, mut row: item::Model, text: Option<item_text::Model>, links: Links) -> Result<Record, DbErr> {
    let (description, article) = text.map(|text| (text.description, text.article)).unwrap_or_default();
    Ok(match kind {
        NodeKind::Career => Record::Career(Career {
            item: item(&mut row, links.old_slugs),
            occupation_code: row.occupation_code,
            article,
            topics: links.topics,
            related: links.related,
        }),
        NodeKind::Topic => Record::Topic(Topic {
            item: item(&mut row, links.old_slugs),
            parent: links.parent,
            aliases: links.aliases,
            related: links.related,
        }),
        NodeKind::Course => Record::Course(Course {
            item: item(&mut row, links.old_slugs),
            resource: resource(&mut row, description),
            provider: links.provider,
            institution: links.institution,
            instructors: links.instructors,
            weekly_effort: row.weekly_effort,
            is_free: row.is_free,
            price: row.price_minor.zip(row.price_currency).map(|(minor, currency)| Price { minor, currency }),
            syllabus: links.syllabus,
            topics: links.topics,
            prerequisites: links.prerequisites,
        }),
        NodeKind::Book => Record::Book(Book {
            item: item(&mut row, links.old_slugs),
            resource: resource(&mut row, description),
            subtitle: row.subtitle,
            contributors: links.contributors,
            publisher: links.publisher,
            publication_year: row.publication_year,
            edition: row.edition,
            isbn13: row.isbn13,
            old_isbns: links.old_isbns,
            old_codes: links.old_codes,
            page_count: row.page_count,
            cover_url: row.cover_url,
            topics: links.topics,
        }),
        NodeKind::Person | NodeKind::Organization | NodeKind::ReadingList | NodeKind::ReadingListEntry => {
            return Err(DbErr::Type(format!("{kind} is not a kind of item")));
        }
    })
}

/// Takes the fields of every item out of a row.
fn item(row: &mut item::Model, old_slugs: Vec<String>) -> Item {
    Item {
        slug: std::mem::take(&mut row.slug),
        code: std::mem::take(&mut row.code),
        external_id: row.external_id.take(),
        status: row.status,
        published_at: row.published_at,
        revised_at: row.revised_at,
        old_slugs,
        title: std::mem::take(&mut row.title),
        summary: row.summary.take(),
    }
}

/// Takes the fields of every learning resource out of a row.
fn resource(row: &mut item::Model, description: Option<String>) -> Resource {
    Resource {
        description,
        level: row.level,
        language: row.language.take(),
        url: row.url.take(),
        time_required: row.time_required,
    }
}

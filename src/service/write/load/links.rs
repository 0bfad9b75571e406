//! Loads the references and redirects of items in one statement.

use std::collections::HashMap;

use entity::choice::ContributionRole;
use entity::contribution::INSTRUCTOR;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Columns, Engine, Sql, rows};
use crate::service::write::record::{Contributor, Instructor, Ref, Section};

/// The references and redirects of an item, each list in order.
#[derive(Debug, Default)]
pub struct Links {
    pub publisher: Option<Ref>,
    pub provider: Option<Ref>,
    pub institution: Option<Ref>,
    pub parent: Option<Ref>,
    pub topics: Vec<Ref>,
    pub related: Vec<Ref>,
    pub prerequisites: Vec<Ref>,
    pub contributors: Vec<Contributor>,
    pub instructors: Vec<Instructor>,
    pub aliases: Vec<String>,
    pub syllabus: Vec<Section>,
    pub old_slugs: Vec<String>,
    pub old_codes: Vec<String>,
    pub old_isbns: Vec<String>,
}

/// The branches of the statement: the relation, its position, the record referred to, and two texts.
///
/// The second text of an instructor is the name if this person has the smallest slug of all people of that name.
const LINKS: &str = "
    SELECT item_id, relation, position, id, code, slug, first, second FROM (
        SELECT l.item_id, 'topic' AS relation, l.position, t.id, t.code, t.slug,
               CAST(NULL AS TEXT) AS first, CAST(NULL AS TEXT) AS second
        FROM item_topic l JOIN item t ON t.id = l.topic_id
        UNION ALL SELECT l.item_id, 'related', l.position, t.id, t.code, t.slug, NULL, NULL
        FROM related_item l JOIN item t ON t.id = l.related_id
        UNION ALL SELECT l.item_id, 'prerequisite', l.position, t.id, t.code, t.slug, NULL, NULL
        FROM prerequisite l JOIN item t ON t.id = l.prerequisite_id
        UNION ALL SELECT l.item_id, 'person', l.position, p.id, p.code, p.slug, l.role,
               CASE WHEN l.role = 'INSTRUCTOR'
                     AND NOT EXISTS (SELECT 1 FROM person o WHERE o.name = p.name AND o.slug < p.slug) THEN p.name END
        FROM contribution l JOIN person p ON p.id = l.person_id
        UNION ALL SELECT i.id, 'publisher', 0, o.id, o.code, o.slug, NULL, NULL
        FROM item i JOIN organization o ON o.id = i.publisher_id
        UNION ALL SELECT i.id, 'provider', 0, o.id, o.code, o.slug, NULL, NULL
        FROM item i JOIN organization o ON o.id = i.provider_id
        UNION ALL SELECT i.id, 'institution', 0, o.id, o.code, o.slug, NULL, NULL
        FROM item i JOIN organization o ON o.id = i.institution_id
        UNION ALL SELECT i.id, 'parent', 0, p.id, p.code, p.slug, NULL, NULL
        FROM item i JOIN item p ON p.id = i.parent_id
        UNION ALL SELECT item_id, 'alias', position, NULL, NULL, NULL, name, NULL FROM item_alias
        UNION ALL SELECT item_id, 'section', position, NULL, NULL, NULL, title, summary FROM syllabus_section
        UNION ALL SELECT item_id, 'old slug', 0, NULL, NULL, NULL, slug, NULL FROM slug_redirect
        UNION ALL SELECT item_id, 'old code', 0, NULL, NULL, NULL, code, NULL FROM code_redirect
        UNION ALL SELECT item_id, 'old isbn', 0, NULL, NULL, NULL, isbn13, NULL FROM isbn_redirect
    ) AS link WHERE item_id";

/// Loads the links of the items with these ids.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn links(
    connection: &impl ConnectionTrait,
    engine: Engine,
    ids: &[i64],
) -> Result<HashMap<i64, Links>, DbErr> {
    let mut sql = Sql::new(engine, LINKS);
    sql.is_any_id(ids.iter().copied()).push(" ORDER BY item_id, position");
    let mut all: HashMap<i64, Links> = HashMap::with_capacity(ids.len());
    for row in rows(connection, sql).await? {
        let mut columns = row.columns();
        let item = columns.take()?;
        all.entry(item).or_default().add(&mut columns)?;
    }
    for links in all.values_mut() {
        for names in [&mut links.old_slugs, &mut links.old_codes, &mut links.old_isbns] {
            names.sort();
        }
    }
    Ok(all)
}

impl Links {
    fn add(&mut self, columns: &mut Columns<'_>) -> Result<(), DbErr> {
        let relation: String = columns.take()?;
        columns.skip(1);
        let target: (Option<i64>, Option<String>, Option<String>) = (columns.take()?, columns.take()?, columns.take()?);
        let (first, second): (Option<String>, Option<String>) = (columns.take()?, columns.take()?);
        let target = target.0.zip(target.1).zip(target.2);
        let target = target.map(|((id, code), slug)| Ref { id, code: code.into(), slug: slug.into() });
        match (relation.as_str(), target, first) {
            ("topic", Some(topic), _) => self.topics.push(topic),
            ("related", Some(item), _) => self.related.push(item),
            ("prerequisite", Some(item), _) => self.prerequisites.push(item),
            ("person", Some(person), Some(role)) if role == INSTRUCTOR => {
                self.instructors.push(Instructor { person, known_as: second });
            }
            ("person", Some(person), Some(role)) => {
                let role =
                    ContributionRole::from_text(&role).ok_or_else(|| DbErr::Type(format!("unknown role {role}")))?;
                self.contributors.push(Contributor { person, role });
            }
            ("publisher", organization, _) => self.publisher = organization,
            ("provider", organization, _) => self.provider = organization,
            ("institution", organization, _) => self.institution = organization,
            ("parent", topic, _) => self.parent = topic,
            ("alias", _, Some(name)) => self.aliases.push(name),
            ("section", _, Some(title)) => self.syllabus.push(Section { title, summary: second }),
            ("old slug", _, Some(slug)) => self.old_slugs.push(slug),
            ("old code", _, Some(code)) => self.old_codes.push(code),
            ("old isbn", _, Some(isbn)) => self.old_isbns.push(isbn),
            (relation, ..) => return Err(DbErr::Type(format!("relation {relation}: unknown, or a column is null"))),
        }
        Ok(())
    }
}

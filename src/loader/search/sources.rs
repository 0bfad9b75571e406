//! The texts by which a thing is found, as its caller sees them: its own, and those of who and what it is tied to.
//!
//! One statement for the things of a kind, one row for each: what there is several of comes gathered as a list. Rows are what
//! costs when a whole catalog is read.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::kind::NodeKind;
use sea_orm::DbErr;

use crate::db::{Engine, Row, Sql};
use crate::loader::{Catalog, ReadError, Scope};

/// The texts of one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    pub code: String,
    /// Thirteen digits.
    pub isbn: Option<String>,
    pub language: Option<String>,
    /// From when on it is there for everybody, in microseconds since 1970.
    pub visible_from: Option<i64>,
    /// How many visible lists recommend it.
    pub recommendations: i64,
    /// Its title; the name of a person or an organization.
    pub title: String,
    pub subtitle: Option<String>,
    pub summary: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Markdown.
    pub article: Option<String>,
    pub aliases: Vec<String>,
    /// The names of the people and organizations that it is tied to.
    pub names: Vec<String>,
    /// The names of the topics that it carries, all that each has.
    pub topics: Vec<String>,
    pub syllabus: Vec<String>,
    /// Why lists recommend it, in Markdown.
    pub notes: Vec<String>,
}

/// Adds the statement that reads the texts of things of `kind`, as `scope` shows them.
pub fn write_sources(sql: &mut Sql, scope: Scope, kind: NodeKind, ids: impl IntoIterator<Item = i64>) {
    let mut writer = Writer { sql, scope, kind: kind.name() };
    match kind {
        NodeKind::Career => writer.career(),
        NodeKind::Course => writer.course(),
        NodeKind::Book => writer.book(),
        NodeKind::Topic => writer.topic(),
        NodeKind::Person => writer.party(OF_PERSON),
        NodeKind::Organization => writer.party(OF_ORGANIZATION),
        // They are not found by themselves: their words are in what they recommend.
        NodeKind::ReadingList | NodeKind::ReadingListEntry => return,
    }
    sql.push(&format!(" FROM {} AND {kind}.id", kind.filtered_table_ref())).is_any_id(ids);
}

/// Reads what [`write_sources`] asks for: the texts of each thing beside its row id.
///
/// # Errors
/// When a column holds what it should not.
pub fn read_sources(rows: &[Row]) -> Result<Vec<(i64, Sources)>, DbErr> {
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<(i64, Sources), DbErr> {
    let mut columns = row.columns();
    let id = columns.take()?;
    let list = |text: Option<String>| -> Result<Vec<String>, DbErr> {
        let list = text.map(|text| serde_json::from_str::<Vec<String>>(&text)).transpose();
        list.map(Option::unwrap_or_default).map_err(|error| DbErr::Json(error.to_string()))
    };
    let sources = Sources {
        code: columns.take()?,
        title: columns.take()?,
        visible_from: columns.take()?,
        summary: columns.take()?,
        article: columns.take()?,
        aliases: list(columns.take()?)?,
        language: columns.take()?,
        description: columns.take()?,
        isbn: columns.take()?,
        subtitle: columns.take()?,
        recommendations: columns.take()?,
        names: list(columns.take()?)?,
        topics: list(columns.take()?)?,
        syllabus: list(columns.take()?)?,
        notes: list(columns.take()?)?,
    };
    Ok((id, sources))
}

/// When the items of a person become visible.
const OF_PERSON: &str = "SELECT item.visible_from AS shown FROM contribution \
    JOIN item ON item.id = contribution.item_id WHERE contribution.person_id = person.id";

/// When the items of an organization become visible.
///
/// The sum keeps PostgreSQL from walking an index on the moment until it meets the organization.
const OF_ORGANIZATION: &str = "SELECT MIN(item.visible_from + 0) AS shown FROM item WHERE item.publisher_id = organization.id \
    UNION ALL SELECT MIN(item.visible_from + 0) FROM item WHERE item.provider_id = organization.id \
    UNION ALL SELECT MIN(item.visible_from + 0) FROM item WHERE item.institution_id = organization.id";

/// Writes the columns in the order in which they are read.
struct Writer<'s> {
    sql: &'s mut Sql,
    scope: Scope,
    kind: &'static str,
}

impl Writer<'_> {
    /// The thing's own columns, up to its aliases.
    fn own(&mut self, title: &str, visible_from: &str, summary: &str, article: &str) {
        let kind = self.kind;
        self.sql.push(&format!("SELECT {kind}.id, {kind}.code, {title}, {visible_from}, {summary}, {article}, "));
    }

    /// Further columns that are not there, to the end or up to the next one that is.
    fn none(&mut self, columns: &str) {
        self.sql.push(columns);
    }

    /// The expression for a long text of the item.
    fn long_text(&self, column: &str) -> String {
        format!("(SELECT item_text.{column} FROM item_text WHERE item_text.item_id = {}.id)", self.kind)
    }

    /// A list of the texts that a statement selects as `text`, in the order of what it selects as `place`.
    fn gathered(&mut self, write: impl FnOnce(&mut Self)) {
        let list = match self.sql.engine() {
            // SQLite gathers in the order in which rows come.
            Engine::Sqlite => "(SELECT json_group_array(text) FROM (",
            Engine::Postgres => "(SELECT CAST(json_agg(text ORDER BY place) AS TEXT) FROM (",
        };
        self.sql.push(list);
        write(self);
        self.sql.push(" ORDER BY place) AS texts)");
    }

    fn gathered_from(&mut self, select: &str) {
        self.gathered(|writer| {
            writer.sql.push(select);
        });
    }

    fn and_published(&mut self, table: &str) {
        self.sql.push(" AND ");
        self.scope.published(self.sql, table);
    }

    /// The topics that an item carries, each by its title and then by its aliases.
    fn topics(&mut self) {
        let kind = self.kind;
        let carried = "item_topic JOIN item AS topic ON topic.id = item_topic.topic_id";
        self.gathered(|writer| {
            writer.sql.push(&format!(
                "SELECT topic.title AS text, item_topic.position * 1000 AS place FROM {carried} \
                 WHERE item_topic.item_id = {kind}.id"
            ));
            writer.and_published("topic");
            writer.sql.push(&format!(
                " UNION ALL SELECT item_alias.name, item_topic.position * 1000 + item_alias.position FROM {carried} \
                 JOIN item_alias ON item_alias.item_id = topic.id WHERE item_topic.item_id = {kind}.id"
            ));
            writer.and_published("topic");
        });
    }

    /// How often a course or book is recommended.
    fn recommendations(&mut self) {
        let kind = self.kind;
        self.sql.push(&format!(
            ", CAST((SELECT COUNT(*) FROM reading_list_entry \
             JOIN reading_list ON reading_list.id = reading_list_entry.list_id \
             WHERE reading_list_entry.item_id = {kind}.id AND "
        ));
        self.scope.published(self.sql, "reading_list");
        self.sql.push(") AS BIGINT), ");
    }

    fn notes(&mut self) {
        let kind = self.kind;
        self.gathered(|writer| {
            writer.sql.push(&format!(
                "SELECT reading_list_entry.note AS text, reading_list_entry.id AS place FROM reading_list_entry \
                 JOIN reading_list ON reading_list.id = reading_list_entry.list_id \
                 WHERE reading_list_entry.item_id = {kind}.id AND reading_list_entry.note IS NOT NULL"
            ));
            writer.and_published("reading_list");
        });
    }

    fn career(&mut self) {
        let article = self.long_text("article");
        self.own("career.title", "career.visible_from", "career.summary", &article);
        self.none("NULL, NULL, NULL, NULL, NULL, CAST(0 AS BIGINT), NULL, ");
        self.topics();
        self.none(", NULL, NULL");
    }

    fn topic(&mut self) {
        self.own("topic.title", "topic.visible_from", "topic.summary", "NULL");
        self.gathered_from(
            "SELECT name AS text, position AS place FROM item_alias WHERE item_alias.item_id = topic.id",
        );
        self.none(", NULL, NULL, NULL, NULL, CAST(0 AS BIGINT), NULL, NULL, NULL, NULL");
    }

    fn course(&mut self) {
        self.own("course.title", "course.visible_from", "course.summary", "NULL");
        let description = self.long_text("description");
        self.none(&format!("NULL, course.language, {description}, NULL, NULL"));
        self.recommendations();
        self.gathered_from(
            "SELECT person.name AS text, contribution.position AS place FROM contribution \
             JOIN person ON person.id = contribution.person_id WHERE contribution.item_id = course.id \
             UNION ALL SELECT organization.name, 1000 FROM organization WHERE organization.id = course.provider_id \
             UNION ALL SELECT organization.name, 1001 FROM organization WHERE organization.id = course.institution_id",
        );
        self.none(", ");
        self.topics();
        self.none(", ");
        self.gathered_from(
            "SELECT title || COALESCE('. ' || summary, '') AS text, position AS place FROM syllabus_section \
             WHERE syllabus_section.item_id = course.id",
        );
        self.none(", ");
        self.notes();
    }

    fn book(&mut self) {
        self.own("book.title", "book.visible_from", "book.summary", "NULL");
        let description = self.long_text("description");
        self.none(&format!("NULL, book.language, {description}, book.isbn13, book.subtitle"));
        self.recommendations();
        self.gathered_from(
            "SELECT person.name AS text, contribution.position AS place FROM contribution \
             JOIN person ON person.id = contribution.person_id WHERE contribution.item_id = book.id \
             UNION ALL SELECT organization.name, 1000 FROM organization WHERE organization.id = book.publisher_id",
        );
        self.none(", ");
        self.topics();
        self.none(", NULL, ");
        self.notes();
    }

    /// Who is there for everybody with the first item that is.
    fn party(&mut self, items: &str) {
        let (name, shown) = (format!("{}.name", self.kind), format!("(SELECT MIN(shown) FROM ({items}) AS items)"));
        self.own(&name, &shown, "NULL", "NULL");
        self.none("NULL, NULL, NULL, NULL, NULL, CAST(0 AS BIGINT), NULL, NULL, NULL, NULL");
    }
}

/// The texts by which a thing is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextsOf {
    pub kind: NodeKind,
    pub id: i64,
}

impl Loader<TextsOf> for Catalog {
    type Value = Arc<Sources>;
    type Error = ReadError;

    async fn load(&self, keys: &[TextsOf]) -> Result<HashMap<TextsOf, Self::Value>, ReadError> {
        let mut texts = HashMap::with_capacity(keys.len());
        for kind in NodeKind::ROUTABLE {
            let ids: Vec<i64> = keys.iter().filter(|key| key.kind == kind).map(|key| key.id).collect();
            if ids.is_empty() {
                continue;
            }
            let mut sql = self.reader.sql("");
            write_sources(&mut sql, self.reader.scope(), kind, ids);
            let sources = read_sources(&self.reader.rows(sql).await?)?;
            texts.extend(sources.into_iter().map(|(id, sources)| (TextsOf { kind, id }, Arc::new(sources))));
        }
        Ok(texts)
    }
}

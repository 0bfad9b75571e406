//! The source texts of search documents: those of an object itself, and those of related objects.
//!
//! One statement reads the objects of a kind, one row each; lists are aggregated into one column, because the number of
//! rows dominates the time of a full rebuild.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::item::Column;
use entity::kind::NodeKind;
use sea_orm::{DbErr, IdenStatic};
use serde::de::DeserializeOwned;

use super::layout::{ALL_RECOMMENDATIONS, NUMBERS, RECOMMENDATIONS, SORT_KEY, TEXTS, TOPICS};
use crate::catalog::{At, KINDS, Kind, Link, LongText, Place};
use crate::db::{Engine, Row, Sql};
use crate::loader::{BatchLoader, ReadError, Scope};

/// The source texts of one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentSources {
    pub code: String,
    /// The ISBN-13 without hyphens.
    pub isbn: Option<String>,
    pub language: Option<String>,
    /// When it becomes public, in microseconds since 1970.
    pub visible_from: Option<i64>,
    /// Its values in number columns.
    pub numbers: Vec<(&'static str, i64)>,
    /// Its values in text columns.
    pub column_texts: Vec<(&'static str, String)>,
    /// Its title; the name of a person or an organization.
    pub title: String,
    /// Further titles.
    pub titles: Option<String>,
    pub summary: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Markdown.
    pub article: Option<String>,
    pub aliases: Vec<String>,
    /// The names of related people and organizations.
    pub names: Vec<String>,
    /// The titles and aliases of its topics.
    pub topics: Vec<String>,
    pub syllabus: Vec<String>,
    /// The notes of the list entries that recommend it, in Markdown.
    pub notes: Vec<String>,
}

/// Adds the statement that reads the sources of objects of `kind`, as `scope` shows them. Reading lists and their
/// entries have no documents of their own: their texts are part of the documents of the resources that they recommend.
pub fn write_sources(sql: &mut Sql, scope: Scope, kind: NodeKind, ids: impl IntoIterator<Item = i64>) {
    let Some(described) = Kind::of(kind) else { return };
    Writer { sql, scope, kind: described, name: kind.name() }.columns();
    sql.push(&format!(" FROM {} AND {kind}.id", kind.filtered_table_ref())).is_any_id(ids);
}

/// Reads the rows of [`write_sources`]: the sources of each object, and its row id.
///
/// # Errors
/// When a column has an unexpected value.
pub fn read_sources(rows: &[Row]) -> Result<Vec<(i64, DocumentSources)>, DbErr> {
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<(i64, DocumentSources), DbErr> {
    let mut columns = row.columns();
    let id = columns.read_next()?;
    let mut sources = DocumentSources {
        code: columns.read_next()?,
        title: columns.read_next()?,
        visible_from: columns.read_next()?,
        summary: columns.read_next()?,
        article: columns.read_next()?,
        aliases: list(columns.read_next()?)?,
        language: columns.read_next()?,
        description: columns.read_next()?,
        isbn: columns.read_next()?,
        titles: columns.read_next()?,
        names: list(columns.read_next()?)?,
        topics: list(columns.read_next()?)?,
        syllabus: list(columns.read_next()?)?,
        notes: list(columns.read_next()?)?,
        ..DocumentSources::default()
    };
    for name in NUMBERS.into_iter().chain([RECOMMENDATIONS, ALL_RECOMMENDATIONS]) {
        sources.numbers.extend(columns.read_next::<Option<i64>>()?.map(|number| (name, number)));
    }
    sources.numbers.extend(list::<i64>(columns.read_next()?)?.into_iter().map(|topic| (TOPICS, topic)));
    for name in TEXTS.into_iter().chain([SORT_KEY]) {
        sources.column_texts.extend(columns.read_next::<Option<String>>()?.map(|text| (name, text)));
    }
    Ok((id, sources))
}

fn list<T: DeserializeOwned>(text: Option<String>) -> Result<Vec<T>, DbErr> {
    let list = text.map(|text| serde_json::from_str(&text)).transpose();
    list.map(Option::unwrap_or_default).map_err(|error| DbErr::Json(error.to_string()))
}

/// Writes the columns in the order in which they are read.
struct Writer<'s> {
    sql: &'s mut Sql,
    scope: Scope,
    kind: &'static Kind,
    /// The alias of the table.
    name: &'static str,
}

impl Writer<'_> {
    fn columns(&mut self) {
        let Self { kind, name, .. } = *self;
        let (is_item, is_listable) = (kind.node.is_catalog_item(), kind.node.is_listable());
        let titles = self.titles();
        let title = if is_item { "title" } else { "name" };
        self.sql.push(&format!("SELECT {name}.id, {name}.code, {name}.{title}, "));
        if is_item {
            self.sql.push(&format!("{name}.visible_from, "));
        } else {
            self.visible_with_items();
        }
        for text in [self.column(Column::Summary), self.long_text(LongText::Article)] {
            self.sql.push(&text).push(", ");
        }
        self.optional(kind.field(Link::Aliases).is_some(), Self::aliases);
        for text in
            [self.column(Column::Language), self.long_text(LongText::Description), self.column(Column::Isbn13), titles]
        {
            self.sql.push(", ").push(&text);
        }
        self.sql.push(", ");
        self.optional(is_listable, Self::names);
        self.sql.push(", ");
        self.optional(kind.field(Link::Topics).is_some(), Self::topics);
        self.sql.push(", ");
        self.optional(kind.field(Link::Syllabus).is_some(), Self::syllabus);
        self.sql.push(", ");
        self.optional(is_listable, Self::notes);
        self.index_columns();
    }

    /// The columns of the index.
    fn index_columns(&mut self) {
        let Self { kind, name, .. } = *self;
        let (is_item, is_listable) = (kind.node.is_catalog_item(), kind.node.is_listable());
        // All items are in one table, where columns that a kind does not have are null.
        let has = |column: &str| is_item || matches!(column, "created_at" | "updated_at");
        for column in NUMBERS {
            let number = match column {
                _ if !has(column) => "NULL".to_owned(),
                "is_free" => format!("CASE WHEN {name}.is_free THEN 1 WHEN NOT {name}.is_free THEN 0 END"),
                _ => format!("{name}.{column}"),
            };
            self.sql.push(&format!(", CAST({number} AS BIGINT)"));
        }
        for drafts in [false, true] {
            self.sql.push(", ");
            if is_listable {
                self.recommendations(Scope { drafts, ..self.scope });
            } else {
                self.sql.push("CAST(0 AS BIGINT)");
            }
        }
        self.sql.push(", ");
        self.optional(kind.field(Link::Topics).is_some(), Self::topic_ids);
        for column in TEXTS {
            self.sql.push(&if has(column) { format!(", {name}.{column}") } else { ", NULL".to_owned() });
        }
        self.sql.push(&format!(", {}", kind.node.title_sort_key()));
    }

    fn optional(&mut self, has: bool, write: impl FnOnce(&mut Self)) {
        if has {
            write(self);
        } else {
            self.sql.push("NULL");
        }
    }

    /// Returns the expression for a column; `NULL` if the kind does not have it.
    fn column(&self, column: Column) -> String {
        match self.kind.field(column) {
            Some(_) => format!("{}.{}", self.name, column.as_str()),
            None => "NULL".to_owned(),
        }
    }

    /// Returns the expression for a long text; `NULL` if the kind does not have it.
    fn long_text(&self, text: LongText) -> String {
        match self.kind.field(text) {
            Some(_) => format!(
                "(SELECT item_text.{} FROM item_text WHERE item_text.item_id = {}.id)",
                text.column().as_str(),
                self.name
            ),
            None => "NULL".to_owned(),
        }
    }

    /// Returns the expression for the further titles of the kind, joined by spaces.
    fn titles(&self) -> String {
        let titles: Vec<String> = (self.kind.fields().filter(|field| field.is_title))
            .filter_map(|field| match field.at {
                At::Column(column) => Some(self.column(column)),
                _ => None,
            })
            .collect();
        match &titles[..] {
            [] => "NULL".to_owned(),
            [title] => title.clone(),
            titles => {
                let texts: Vec<String> = titles.iter().map(|title| format!("COALESCE({title} || ' ', '')")).collect();
                format!("NULLIF({}, '')", texts.join(" || "))
            }
        }
    }

    /// The time at which a person or organization becomes visible: the earliest of its items.
    fn visible_with_items(&mut self) {
        let places: BTreeSet<Place> = (KINDS.into_iter().flat_map(Kind::fields))
            .filter(|field| field.refers_to() == Some(self.kind.node))
            .filter_map(|field| field.at.place())
            .collect();
        let name = self.name;
        let branch = |Place { table, column, item }: Place| {
            if table == "item" {
                // The sum keeps PostgreSQL from walking an index on the time until it finds the organization.
                return format!("SELECT MIN(item.visible_from + 0) AS shown FROM item WHERE item.{column} = {name}.id");
            }
            format!(
                "SELECT item.visible_from AS shown FROM {table} JOIN item ON item.id = {table}.{item} \
                 WHERE {table}.{column} = {name}.id"
            )
        };
        let items: Vec<String> = places.into_iter().map(branch).collect();
        self.sql.push(&format!("(SELECT MIN(shown) FROM ({}) AS items), ", items.join(" UNION ALL ")));
    }

    /// Adds a list of the texts that a statement selects as `text`, ordered by its column `place`.
    fn gathered(&mut self, write: impl FnOnce(&mut Self)) {
        let list = match self.sql.engine() {
            // SQLite aggregates in the order of the rows.
            Engine::Sqlite => "(SELECT json_group_array(text) FROM (",
            Engine::Postgres => "(SELECT CAST(json_agg(text ORDER BY place) AS TEXT) FROM (",
        };
        self.sql.push(list);
        write(self);
        self.sql.push(" ORDER BY place) AS texts)");
    }

    fn and_published(&mut self, table: &str) {
        self.sql.push(" AND ");
        self.scope.published(self.sql, table);
    }

    fn aliases(&mut self) {
        let name = self.name;
        self.gathered(|writer| {
            writer.sql.push(&format!(
                "SELECT name AS text, position AS place FROM item_alias WHERE item_alias.item_id = {name}.id"
            ));
        });
    }

    /// The names of people and organizations: contributors in order, then organizations in the order of the fields.
    fn names(&mut self) {
        let name = self.name;
        let mut branches = vec![format!(
            "SELECT person.name AS text, contribution.position AS place FROM contribution \
             JOIN person ON person.id = contribution.person_id WHERE contribution.item_id = {name}.id"
        )];
        let organizations = self.kind.fields().filter(|field| field.refers_to() == Some(NodeKind::Organization));
        for (place, column) in (1000..).zip(organizations.filter_map(|field| field.at.place())) {
            let column = column.column;
            branches.push(format!(
                "SELECT organization.name, {place} FROM organization WHERE organization.id = {name}.{column}"
            ));
        }
        self.gathered(|writer| {
            writer.sql.push(&branches.join(" UNION ALL "));
        });
    }

    /// The topics of an item, each by its title and then by its aliases.
    fn topics(&mut self) {
        let name = self.name;
        let carried = "item_topic JOIN item AS topic ON topic.id = item_topic.topic_id";
        self.gathered(|writer| {
            writer.sql.push(&format!(
                "SELECT topic.title AS text, item_topic.position * 1000 AS place FROM {carried} \
                 WHERE item_topic.item_id = {name}.id"
            ));
            writer.and_published("topic");
            writer.sql.push(&format!(
                " UNION ALL SELECT item_alias.name, item_topic.position * 1000 + item_alias.position FROM {carried} \
                 JOIN item_alias ON item_alias.item_id = topic.id WHERE item_topic.item_id = {name}.id"
            ));
            writer.and_published("topic");
        });
    }

    fn syllabus(&mut self) {
        let name = self.name;
        self.gathered(|writer| {
            writer.sql.push(&format!(
                "SELECT title || COALESCE('. ' || summary, '') AS text, position AS place FROM syllabus_section \
                 WHERE syllabus_section.item_id = {name}.id"
            ));
        });
    }

    fn topic_ids(&mut self) {
        let name = self.name;
        self.gathered(|writer| {
            writer.sql.push(&format!(
                "SELECT item_topic.topic_id AS text, item_topic.position AS place FROM item_topic \
                 WHERE item_topic.item_id = {name}.id"
            ));
        });
    }

    /// The number of lists that recommend a learning resource.
    fn recommendations(&mut self, scope: Scope) {
        self.sql.push(&format!(
            "CAST((SELECT COUNT(*) FROM reading_list_entry \
             JOIN reading_list ON reading_list.id = reading_list_entry.list_id \
             WHERE reading_list_entry.item_id = {}.id AND ",
            self.name
        ));
        scope.published(self.sql, "reading_list");
        self.sql.push(") AS BIGINT)");
    }

    fn notes(&mut self) {
        let name = self.name;
        self.gathered(|writer| {
            writer.sql.push(&format!(
                "SELECT reading_list_entry.note AS text, reading_list_entry.id AS place FROM reading_list_entry \
                 JOIN reading_list ON reading_list.id = reading_list_entry.list_id \
                 WHERE reading_list_entry.item_id = {name}.id AND reading_list_entry.note IS NOT NULL"
            ));
            writer.and_published("reading_list");
        });
    }
}

/// The key of the source texts of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourcesOf {
    pub kind: NodeKind,
    pub id: i64,
}

impl Loader<SourcesOf> for BatchLoader {
    type Value = Arc<DocumentSources>;
    type Error = ReadError;

    async fn load(&self, keys: &[SourcesOf]) -> Result<HashMap<SourcesOf, Self::Value>, ReadError> {
        let mut texts = HashMap::with_capacity(keys.len());
        for kind in NodeKind::ROUTABLE {
            let ids: Vec<i64> = keys.iter().filter(|key| key.kind == kind).map(|key| key.id).collect();
            if ids.is_empty() {
                continue;
            }
            let mut sql = self.reader.sql("");
            write_sources(&mut sql, self.reader.scope(), kind, ids);
            let sources = read_sources(&self.reader.rows(sql).await?)?;
            texts.extend(sources.into_iter().map(|(id, sources)| (SourcesOf { kind, id }, Arc::new(sources))));
        }
        Ok(texts)
    }
}

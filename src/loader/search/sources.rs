//! The texts by which a thing is found, as its caller sees them: its own, and those of who and what it is tied to.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::kind::NodeKind;
use sea_orm::DbErr;

use crate::db::{Engine, Row, Sql};
use crate::loader::{Catalog, ReadError, Scope};

/// A position behind all positions in a list.
const BEHIND: u32 = 1_000;

/// What a text is of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    Code,
    Isbn,
    Language,
    /// From when on it is there for everybody: a number.
    VisibleFrom,
    /// How many visible lists recommend it: a number.
    Recommendations,
    /// A title; the name of a person or an organization.
    Title,
    Subtitle,
    Alias,
    /// The name of a person or an organization that it is tied to.
    Name,
    Topic,
    Summary,
    /// Markdown.
    Description,
    Syllabus,
    /// Markdown.
    Article,
    /// Why a list recommends it, in Markdown.
    Note,
}

impl Part {
    const ALL: [Self; 15] = [
        Self::Code,
        Self::Isbn,
        Self::Language,
        Self::VisibleFrom,
        Self::Recommendations,
        Self::Title,
        Self::Subtitle,
        Self::Alias,
        Self::Name,
        Self::Topic,
        Self::Summary,
        Self::Description,
        Self::Syllabus,
        Self::Article,
        Self::Note,
    ];

    fn of(number: i32) -> Option<Self> {
        usize::try_from(number).ok().and_then(|number| Self::ALL.get(number)).copied()
    }
}

/// One text of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub part: Part,
    pub text: String,
}

/// Adds the statement that reads the texts of things of `kind`, as `scope` shows them.
pub fn write_sources(sql: &mut Sql, scope: Scope, kind: NodeKind, ids: impl IntoIterator<Item = i64>) {
    sql.push("WITH target (id) AS (");
    let ids: Vec<i64> = ids.into_iter().collect();
    match sql.engine() {
        Engine::Postgres => sql.push("SELECT unnest(").bind(ids).push(")"),
        Engine::Sqlite => sql.push("SELECT value FROM json_each(").bind(serde_json::json!(ids).to_string()).push(")"),
    };
    sql.push(")");
    let mut writer = Writer { sql, scope, kind, is_first: true };
    match kind {
        NodeKind::Career => writer.career(),
        NodeKind::Course => writer.course(),
        NodeKind::Book => writer.book(),
        NodeKind::Topic => writer.topic(),
        NodeKind::Person => {
            writer.party(&[("contribution", "person_id", "book"), ("course_instructor", "person_id", "course")]);
        }
        NodeKind::Organization => writer.organization(),
        NodeKind::ReadingList | NodeKind::ReadingListEntry => writer.own(Part::Code, "code"),
    }
    writer.sql.push(" ORDER BY 1, 2, 3");
}

/// Reads what [`write_sources`] asks for: each text beside the row id of its thing, those of one thing together.
///
/// # Errors
/// When a column holds what it should not.
pub fn read_sources(rows: &[Row]) -> Result<Vec<(i64, Source)>, DbErr> {
    let mut sources = Vec::with_capacity(rows.len());
    for row in rows {
        let mut columns = row.columns();
        let (id, part, _): (i64, i32, i64) = (columns.take()?, columns.take()?, columns.take()?);
        let (part, text) = (Part::of(part), columns.take()?);
        sources.extend(part.map(|part| (id, Source { part, text })));
    }
    Ok(sources)
}

struct Writer<'s> {
    sql: &'s mut Sql,
    scope: Scope,
    kind: NodeKind,
    is_first: bool,
}

impl Writer<'_> {
    /// Begins a branch: a text of `part`, in the order of `position`, from `tables` joined to the targets.
    fn branch(&mut self, part: Part, position: &str, text: &str, tables: &str) -> &mut Self {
        self.sql.push(if self.is_first { " " } else { " UNION ALL " });
        self.is_first = false;
        self.sql.push(&format!(
            "SELECT target.id, CAST({} AS INTEGER), CAST({position} AS BIGINT), {text} FROM target {tables}",
            part as i32
        ));
        self
    }

    fn and_published(&mut self, table: &str) {
        self.sql.push(" AND ");
        self.scope.published(self.sql, table);
    }

    /// A column of the thing itself.
    fn own(&mut self, part: Part, column: &str) {
        let kind = self.kind.name();
        let tables = format!("JOIN {kind} ON {kind}.id = target.id WHERE {kind}.{column} IS NOT NULL");
        self.branch(part, "0", &format!("CAST({kind}.{column} AS TEXT)"), &tables);
    }

    fn item(&mut self) {
        for (part, column) in [
            (Part::Code, "code"),
            (Part::VisibleFrom, "visible_from"),
            (Part::Title, "title"),
            (Part::Summary, "summary"),
        ] {
            self.own(part, column);
        }
    }

    /// The topics that an item carries, by all their names.
    fn topics(&mut self) {
        let kind = self.kind.name();
        let link = format!(
            "JOIN {kind}_topic ON {kind}_topic.{kind}_id = target.id JOIN topic ON topic.id = {kind}_topic.topic_id"
        );
        let position = format!("{kind}_topic.position * {BEHIND}");
        self.branch(Part::Topic, &position, "topic.title", &format!("{link} WHERE TRUE")).and_published("topic");
        let position = format!("{position} + topic_alias.position");
        let aliases = format!("{link} JOIN topic_alias ON topic_alias.topic_id = topic.id WHERE TRUE");
        self.branch(Part::Topic, &position, "topic_alias.name", &aliases).and_published("topic");
    }

    fn resource(&mut self) {
        self.item();
        self.own(Part::Language, "language");
        self.own(Part::Description, "description");
        self.topics();
        let kind = self.kind.name();
        let entries = format!(
            "JOIN reading_list_entry ON reading_list_entry.{kind}_id = target.id \
             JOIN reading_list ON reading_list.id = reading_list_entry.list_id WHERE "
        );
        let noted = format!("{entries} reading_list_entry.note IS NOT NULL");
        self.branch(Part::Note, "reading_list_entry.id", "reading_list_entry.note", &noted);
        self.and_published("reading_list");
        let listed = format!("{entries} TRUE");
        self.branch(Part::Recommendations, "0", "CAST(COUNT(*) AS TEXT)", &listed).and_published("reading_list");
        self.sql.push(" GROUP BY target.id");
    }

    fn career(&mut self) {
        self.item();
        self.own(Part::Article, "article");
        self.topics();
    }

    fn topic(&mut self) {
        self.item();
        let aliases = "JOIN topic_alias ON topic_alias.topic_id = target.id";
        self.branch(Part::Alias, "topic_alias.position", "topic_alias.name", aliases);
    }

    fn course(&mut self) {
        self.resource();
        for (column, position) in [("provider_id", BEHIND), ("institution_id", BEHIND + 1)] {
            let tables =
                format!("JOIN course ON course.id = target.id JOIN organization ON organization.id = course.{column}");
            self.branch(Part::Name, &position.to_string(), "organization.name", &tables);
        }
        let instructors = "JOIN course_instructor ON course_instructor.course_id = target.id \
                           JOIN person ON person.id = course_instructor.person_id";
        self.branch(Part::Name, "course_instructor.position", "person.name", instructors);
        let sections = "JOIN syllabus_section ON syllabus_section.course_id = target.id";
        let text = "syllabus_section.title || COALESCE('. ' || syllabus_section.summary, '')";
        self.branch(Part::Syllabus, "syllabus_section.position", text, sections);
    }

    fn book(&mut self) {
        self.resource();
        self.own(Part::Isbn, "isbn13");
        self.own(Part::Subtitle, "subtitle");
        let publisher = "JOIN book ON book.id = target.id JOIN organization ON organization.id = book.publisher_id";
        self.branch(Part::Name, &BEHIND.to_string(), "organization.name", publisher);
        let contributors = "JOIN contribution ON contribution.book_id = target.id \
                            JOIN person ON person.id = contribution.person_id";
        self.branch(Part::Name, "contribution.position", "person.name", contributors);
    }

    fn organization(&mut self) {
        self.party(&[
            ("book", "publisher_id", "book"),
            ("course", "provider_id", "course"),
            ("course", "institution_id", "course"),
        ]);
    }

    /// Who is there for everybody with the first item that is, found through `links`: a table, its column that names the
    /// party, and the item that it links to.
    fn party(&mut self, links: &[(&str, &str, &str)]) {
        self.own(Part::Code, "code");
        self.own(Part::Title, "name");
        for (table, column, item) in links {
            let item_of =
                if table == item { String::new() } else { format!("JOIN {item} ON {item}.id = {table}.{item}_id ") };
            let tables = format!(
                "JOIN {table} ON {table}.{column} = target.id {item_of}WHERE {item}.visible_from IS NOT NULL GROUP BY target.id"
            );
            self.branch(Part::VisibleFrom, "0", &format!("CAST(MIN({item}.visible_from) AS TEXT)"), &tables);
        }
    }
}

/// The texts by which a thing is found, in the order of their parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextsOf {
    pub kind: NodeKind,
    pub id: i64,
}

impl Loader<TextsOf> for Catalog {
    type Value = Arc<Vec<Source>>;
    type Error = ReadError;

    async fn load(&self, keys: &[TextsOf]) -> Result<HashMap<TextsOf, Self::Value>, ReadError> {
        let mut texts: HashMap<TextsOf, Vec<Source>> = HashMap::new();
        for kind in NodeKind::ROUTABLE {
            let ids: Vec<i64> = keys.iter().filter(|key| key.kind == kind).map(|key| key.id).collect();
            if ids.is_empty() {
                continue;
            }
            let mut sql = self.reader.sql("");
            write_sources(&mut sql, self.reader.scope(), kind, ids);
            for (id, source) in read_sources(&self.reader.rows(sql).await?)? {
                texts.entry(TextsOf { kind, id }).or_default().push(source);
            }
        }
        Ok(texts.into_iter().map(|(key, sources)| (key, Arc::new(sources))).collect())
    }
}

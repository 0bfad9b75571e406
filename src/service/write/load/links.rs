//! Loads the references and redirects of items in one statement.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

use entity::choice::ContributionRole;
use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr, Iden};

use crate::catalog::{At, Contributor, Field, Former, KINDS, Kind, Link, Rule, Section, Value, Values};
use crate::db::{Columns, Engine, Sql, rows};
use crate::service::write::record::Ref;

/// The statement of each kind of item.
static STATEMENTS: LazyLock<HashMap<NodeKind, String>> =
    LazyLock::new(|| KINDS.into_iter().map(|kind| (kind.node, statement(kind))).collect());

/// Writes a statement with a branch for each field whose values are in other tables than the item. A row has the item, the
/// number of the field, its position, the record referred to, and two texts.
fn statement(kind: &Kind) -> String {
    let mut text = "SELECT item_id, field, id, code, slug, first, second FROM (\
        SELECT CAST(NULL AS BIGINT) AS item_id, 0 AS field, 0 AS position, CAST(NULL AS BIGINT) AS id, \
        CAST(NULL AS TEXT) AS code, CAST(NULL AS TEXT) AS slug, CAST(NULL AS TEXT) AS first, CAST(NULL AS TEXT) AS second \
        FROM item WHERE FALSE"
        .to_owned();
    for (number, field) in kind.fields().enumerate() {
        if let Some((item, position, columns, from)) = branch(field) {
            let _ = write!(text, " UNION ALL SELECT {item}, {number}, {position}, {columns} FROM {from}");
        }
    }
    text + ") AS link WHERE item_id"
}

/// Returns the parts of a branch: the item, the position, the record with the two texts, and the tables.
fn branch(field: &Field) -> Option<(&'static str, &'static str, &'static str, String)> {
    const TARGET: &str = "t.id, t.code, t.slug, NULL, NULL";
    let rows = |columns, from: &str| Some(("l.item_id", "l.position", columns, format!("{from} l")));
    let redirects = |columns, from: &str| Some(("l.item_id", "0", columns, format!("{from} l")));
    match field.at {
        At::Column(column) => {
            let Rule::Reference(to) = field.rule else { return None };
            let from = format!("item l JOIN {} t ON t.id = l.{}", to.table(), column.unquoted());
            Some(("l.id", "0", TARGET, from))
        }
        At::Price(..) | At::Long(_) => None,
        At::Link(Link::Topics) => rows(TARGET, "item t JOIN item_topic").map(|it| on(it, "topic_id")),
        At::Link(Link::Related) => rows(TARGET, "item t JOIN related_item").map(|it| on(it, "related_id")),
        At::Link(Link::Prerequisites) => rows(TARGET, "item t JOIN prerequisite").map(|it| on(it, "prerequisite_id")),
        At::Link(Link::Contributors) => {
            rows("t.id, t.code, t.slug, l.role, NULL", "person t JOIN contribution").map(|it| on(it, "person_id"))
        }
        // The second text is the name if this person has the smallest slug of all people of that name.
        At::Link(Link::Instructors) => rows(
            "t.id, t.code, t.slug, NULL, CASE WHEN NOT EXISTS \
             (SELECT 1 FROM person o WHERE o.name = t.name AND o.slug < t.slug) THEN t.name END",
            "person t JOIN contribution",
        )
        .map(|it| on(it, "person_id")),
        At::Link(Link::Aliases) => rows("NULL, NULL, NULL, l.name, NULL", "item_alias"),
        At::Link(Link::SameAs) => rows("NULL, NULL, NULL, l.url, NULL", "item_same_as"),
        At::Link(Link::Syllabus) => rows("NULL, NULL, NULL, l.title, l.summary", "syllabus_section"),
        At::Former(Former::Slugs) => redirects("NULL, NULL, NULL, l.slug, NULL", "slug_redirect"),
        At::Former(Former::Codes) => redirects("NULL, NULL, NULL, l.code, NULL", "code_redirect"),
        At::Former(Former::Isbns) => redirects("NULL, NULL, NULL, l.isbn13, NULL", "isbn_redirect"),
    }
}

/// Adds the condition of the join.
fn on<A, B, C>((item, position, columns, from): (A, B, C, String), column: &str) -> (A, B, C, String) {
    (item, position, columns, format!("{from} ON t.id = l.{column}"))
}

/// Loads the links of the items of a kind with these ids.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn links(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: &'static Kind,
    ids: &[i64],
) -> Result<HashMap<i64, Values<Ref>>, DbErr> {
    let fields: Vec<&'static Field> = kind.fields().collect();
    let mut sql = Sql::new(engine, &STATEMENTS[&kind.node]);
    sql.is_any_id(ids.iter().copied()).push(" ORDER BY item_id, field, position");
    let mut all: HashMap<i64, Values<Ref>> = HashMap::with_capacity(ids.len());
    for row in rows(connection, sql).await? {
        let mut columns = row.columns();
        let (item, number): (i64, i64) = (columns.take()?, columns.take()?);
        let field = usize::try_from(number).ok().and_then(|number| fields.get(number).copied());
        let field = field.ok_or_else(|| DbErr::Type(format!("no field {number}")))?;
        add(all.entry(item).or_default(), field, &mut columns)?;
    }
    for (field, value) in all.values_mut().flat_map(Values::iter_mut) {
        if let (At::Former(_), Value::Texts(names)) = (field.at, value) {
            names.sort();
        }
    }
    Ok(all)
}

/// Adds a row to the values of an item.
fn add(values: &mut Values<Ref>, field: &'static Field, columns: &mut Columns<'_>) -> Result<(), DbErr> {
    let target: (Option<i64>, Option<String>, Option<String>) = (columns.take()?, columns.take()?, columns.take()?);
    let (first, second): (Option<String>, Option<String>) = (columns.take()?, columns.take()?);
    let target = target.0.zip(target.1).zip(target.2);
    let target = target.map(|((id, code), slug)| Ref { known_as: None, ..Ref::new(id, &code, &slug) });
    let value = match (field.rule, target, first) {
        (Rule::Reference(_), Some(target), _) => Value::Reference(target),
        (Rule::References { .. }, Some(target), _) => Value::References(vec![target]),
        (Rule::People { .. }, Some(person), _) => {
            Value::References(vec![Ref { known_as: second.map(Into::into), ..person }])
        }
        (Rule::Contributors { .. }, Some(person), Some(role)) => {
            let unknown = || DbErr::Type(format!("unknown role {role}"));
            let role = ContributionRole::from_text(&role).ok_or_else(unknown)?;
            Value::Contributors(vec![Contributor { person, role }])
        }
        (Rule::Sections { .. }, _, Some(title)) => Value::Sections(vec![Section { title, summary: second }]),
        (Rule::Texts { .. } | Rule::Urls { .. } | Rule::Former, _, Some(text)) => Value::Texts(vec![text]),
        _ => return Err(DbErr::Type(format!("{}: a column is null", field.name()))),
    };
    values.append(field, value);
    Ok(())
}

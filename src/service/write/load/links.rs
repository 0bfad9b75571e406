//! Loads the references and redirects of items in one statement.

use std::collections::HashMap;
use std::sync::LazyLock;

use entity::enums::ContributionRole;
use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use crate::catalog::{At, Contributor, Field, Former, KINDS, Kind, Link, Place, Rule, Section, Value, Values};
use crate::db::{Columns, Engine, Sql, rows};
use crate::service::write::record::Ref;

/// The statement for each kind of item.
static STATEMENTS: LazyLock<HashMap<NodeKind, String>> =
    LazyLock::new(|| KINDS.into_iter().map(|kind| (kind.node, statement(kind))).collect());

/// Builds a statement with a branch for each field whose values are in other tables than the item. Each row has the
/// item, the number of the field, its position, the referenced record, and two texts.
fn statement(kind: &Kind) -> String {
    // The first branch has no rows, and determines the types of the columns.
    let first = "SELECT CAST(NULL AS BIGINT) AS item_id, 0 AS field, 0 AS position, CAST(NULL AS BIGINT) AS id, \
        CAST(NULL AS TEXT) AS code, CAST(NULL AS TEXT) AS slug, CAST(NULL AS TEXT) AS first, CAST(NULL AS TEXT) AS second \
        FROM item WHERE FALSE";
    let branches = kind.fields().enumerate().filter_map(|(number, field)| branch(number, field));
    let branches: Vec<String> = [first.to_owned()].into_iter().chain(branches).collect();
    format!(
        "SELECT item_id, field, id, code, slug, first, second FROM ({}) AS link WHERE item_id",
        branches.join(" UNION ALL ")
    )
}

/// Builds the branch of a field. `None` if the field is in the row of the item or in its long texts.
fn branch(number: usize, field: &Field) -> Option<String> {
    if let (Some(to), Some(Place { table, column, item })) = (field.refers_to(), field.at.place()) {
        let to = to.table();
        let position = if table == "item" { "0" } else { "l.position" };
        let texts = match field.at {
            At::Link(Link::Contributors) => "l.role, NULL",
            // The name, if this person has the smallest slug of all people with the name.
            At::Link(Link::Instructors) => {
                "NULL, CASE WHEN NOT EXISTS (SELECT 1 FROM person o WHERE o.name = t.name AND o.slug < t.slug) THEN t.name END"
            }
            _ => "NULL, NULL",
        };
        return Some(format!(
            "SELECT l.{item}, {number}, {position}, t.id, t.code, t.slug, {texts} \
             FROM {table} l JOIN {to} t ON t.id = l.{column}"
        ));
    }
    let (table, position, texts) = match field.at {
        At::Link(Link::Aliases) => ("item_alias", "l.position", "l.name, NULL"),
        At::Link(Link::SameAs) => ("item_same_as", "l.position", "l.url, NULL"),
        At::Link(Link::Syllabus) => ("syllabus_section", "l.position", "l.title, l.summary"),
        At::Former(Former::Slugs) => ("slug_redirect", "0", "l.slug, NULL"),
        At::Former(Former::Codes) => ("code_redirect", "0", "l.code, NULL"),
        At::Former(Former::Isbns) => ("isbn_redirect", "0", "l.isbn13, NULL"),
        _ => return None,
    };
    Some(format!("SELECT l.item_id, {number}, {position}, NULL, NULL, NULL, {texts} FROM {table} l"))
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
        let (item, number): (i64, i64) = (columns.read_next()?, columns.read_next()?);
        let field = usize::try_from(number).ok().and_then(|number| fields.get(number).copied());
        let field = field.ok_or_else(|| DbErr::Type(format!("unknown field number {number}")))?;
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
    let target: (Option<i64>, Option<String>, Option<String>) =
        (columns.read_next()?, columns.read_next()?, columns.read_next()?);
    let (first, second): (Option<String>, Option<String>) = (columns.read_next()?, columns.read_next()?);
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

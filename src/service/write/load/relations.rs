//! Loads values that belong to records: references and former slugs, grouped by record.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Columns, Engine, FromColumn, Sql, rows};
use crate::loader::redirect_target;
use crate::service::write::record::Ref;

/// Values in order, by the id of their record.
pub type ByOwner<T> = HashMap<i64, Vec<T>>;

/// Loads the former slugs of records of `kind`, sorted.
pub async fn old_slugs(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    ids: &[i64],
) -> Result<ByOwner<String>, DbErr> {
    let target = redirect_target(kind);
    let sql = format!("SELECT {target}, slug FROM slug_redirect WHERE {target}");
    gather(connection, engine, &sql, " ORDER BY slug", ids, one).await
}

/// Executes `sql` with a condition on `ids` and `tail`, and groups the rows by their first column.
pub async fn gather<T>(
    connection: &impl ConnectionTrait,
    engine: Engine,
    sql: &str,
    tail: &str,
    ids: &[i64],
    read: impl Fn(&mut Columns<'_>) -> Result<T, DbErr>,
) -> Result<ByOwner<T>, DbErr> {
    let mut sql = Sql::new(engine, sql);
    sql.is_any_id(ids.iter().copied()).push(tail);
    let mut gathered = ByOwner::new();
    for row in rows(connection, sql).await? {
        let mut columns = row.columns();
        let owner = columns.read_next()?;
        gathered.entry(owner).or_default().push(read(&mut columns)?);
    }
    Ok(gathered)
}

/// Reads an id, a code and a slug.
///
/// # Errors
/// Returns an error if a column has a value of another type.
pub fn reference(columns: &mut Columns<'_>) -> Result<Ref, DbErr> {
    let (id, code, slug): (i64, String, String) = (columns.read_next()?, columns.read_next()?, columns.read_next()?);
    Ok(Ref::new(id, &code, &slug))
}

/// Loads references to rows of `table`, by id.
pub async fn by_rows(
    connection: &impl ConnectionTrait,
    engine: Engine,
    table: &str,
    ids: Vec<i64>,
) -> Result<HashMap<i64, Ref>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new(engine, &format!("SELECT id, code, slug FROM {table} WHERE id"));
    sql.is_any_id(ids);
    let mut found = HashMap::new();
    for row in rows(connection, sql).await? {
        let reference = reference(&mut row.columns())?;
        found.insert(reference.id, reference);
    }
    Ok(found)
}

/// Reads one column.
pub fn one<T: FromColumn>(columns: &mut Columns<'_>) -> Result<T, DbErr> {
    columns.read_next()
}

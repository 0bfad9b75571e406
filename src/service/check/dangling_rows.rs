//! Rows with invalid foreign keys. PostgreSQL always enforces foreign keys. SQLite enforces them only if the writing
//! program enables this, which another program may not have done.

use std::collections::BTreeMap;

use sea_orm::DbErr;

use super::{Check, Problem};
use crate::db::{Engine, Sql, rows};

pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    if check.engine != Engine::Sqlite {
        return Ok(());
    }
    let mut orphans: BTreeMap<(String, String), u64> = BTreeMap::new();
    let sql = Sql::new(check.engine, "SELECT \"table\", parent FROM pragma_foreign_key_check");
    for row in rows(check.connection(), sql).await? {
        let mut columns = row.columns();
        *orphans.entry((columns.read_next()?, columns.read_next()?)).or_default() += 1;
    }
    for ((table, parent), count) in orphans {
        let message = format!("{count} rows refer to missing rows of {parent}");
        (check.found)(Problem { subject: table, message });
    }
    Ok(())
}

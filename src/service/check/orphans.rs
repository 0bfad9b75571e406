//! Rows that point at nothing. PostgreSQL keeps them out; SQLite does as long as whoever writes asks it to, which another
//! program may not have done.

use std::collections::BTreeMap;

use sea_orm::DbErr;

use super::{Check, Finding};
use crate::db::{Engine, Sql, rows};

pub async fn check(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    if check.engine != Engine::Sqlite {
        return Ok(());
    }
    let mut orphans: BTreeMap<(String, String), u64> = BTreeMap::new();
    let sql = Sql::new(check.engine, "SELECT \"table\", parent FROM pragma_foreign_key_check");
    for row in rows(check.connection(), sql).await? {
        let mut columns = row.columns();
        *orphans.entry((columns.take()?, columns.take()?)).or_default() += 1;
    }
    for ((table, parent), count) in orphans {
        let says = format!("{count} of its rows point at a row of {parent} that is not there");
        (check.found)(Finding { subject: table, says });
    }
    Ok(())
}

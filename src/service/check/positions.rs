//! Positions: ordered rows have consecutive positions from 1.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Problem};
use crate::catalog::{At, KINDS};

pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    let links = KINDS.into_iter().flat_map(|kind| {
        kind.fields().filter_map(|field| match field.at {
            At::Link(link) => Some((kind.node, link.table(), "item_id", field.name())),
            _ => None,
        })
    });
    let entries = (NodeKind::ReadingList, "reading_list_entry", "list_id", "entries");
    for (kind, table, owner, name) in [entries].into_iter().chain(links) {
        // Positions of one owner are unique, so they are consecutive if the last one equals their count.
        let select = format!(
            "SELECT {kind}.code, CAST(COUNT(*) AS TEXT) || ' have positions from ' || CAST(MIN({table}.position) AS TEXT) \
             || ' to ' || CAST(MAX({table}.position) AS TEXT) FROM {table} JOIN {} ON {kind}.id = {table}.{owner} WHERE {} \
             GROUP BY {kind}.code HAVING MIN({table}.position) <> 1 OR MAX({table}.position) <> COUNT(*) ORDER BY 1",
            kind.table_ref(),
            kind.condition()
        );
        check
            .report_selected(kind, &select, &format!("its {name} are not at consecutive positions from 1: {{}}"))
            .await?;
    }
    Ok(())
}

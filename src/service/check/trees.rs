//! Circles in what must have none, and a tree of topics that has grown too deep.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Finding};
use crate::db::{Sql, rows};
use crate::domain::{limits, node_id};
use crate::service::write::cycles::{self, Graph};

pub async fn check(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    let prerequisites = cycles::prerequisites(check.connection(), check.engine).await?;
    circles(check, NodeKind::Course, &prerequisites, "it is required by what it requires").await?;
    let parents = cycles::parents(check.connection(), check.engine).await?;
    if circles(check, NodeKind::Topic, &parents, "it is below what is below it").await? {
        return Ok(());
    }
    let deep: Vec<i64> =
        parents.keys().copied().filter(|topic| cycles::depth(&parents, *topic) > limits::TREE_DEPTH).collect();
    let codes = codes(check, NodeKind::Topic, &deep).await?;
    for code in deep.iter().filter_map(|topic| codes.get(topic)) {
        let says = format!("it is more than {} levels down the tree", limits::TREE_DEPTH);
        check.find(NodeKind::Topic, code, says);
    }
    Ok(())
}

/// Finds the circles of a graph; says whether there are any.
async fn circles(
    check: &mut Check<impl FnMut(Finding) + Send>,
    kind: NodeKind,
    graph: &Graph,
    says: &str,
) -> Result<bool, DbErr> {
    let circles = cycles::find(graph);
    let codes = codes(check, kind, &circles.concat()).await?;
    for circle in &circles {
        let ids: Vec<String> =
            circle.iter().filter_map(|row| codes.get(row)).map(|code| node_id::format(kind, code)).collect();
        if let Some(first) = circle.first().and_then(|row| codes.get(row)) {
            check.find(kind, first, format!("{says}: {}", ids.join(" → ")));
        }
    }
    Ok(!circles.is_empty())
}

async fn codes(
    check: &Check<impl FnMut(Finding) + Send>,
    kind: NodeKind,
    ids: &[i64],
) -> Result<HashMap<i64, String>, DbErr> {
    let mut codes = HashMap::new();
    if !ids.is_empty() {
        let mut sql = Sql::new(check.engine, &format!("SELECT id, code FROM {} AND id", kind.filtered_table_ref()));
        sql.is_any_id(ids.iter().copied());
        for row in rows(check.connection(), sql).await? {
            let mut columns = row.columns();
            codes.insert(columns.take()?, columns.take()?);
        }
    }
    Ok(codes)
}

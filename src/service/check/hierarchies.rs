//! Cycles among prerequisites and parents, and topics that are too deep in the tree.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Problem};
use crate::db::{Sql, rows};
use crate::domain::{limits, node_id};
use crate::service::write::graph::{self, Graph};

pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    let prerequisites = graph::prerequisites(check.connection(), check.engine).await?;
    cycles(check, NodeKind::Course, &prerequisites, "prerequisite cycle").await?;
    let parents = graph::parents(check.connection(), check.engine).await?;
    if cycles(check, NodeKind::Topic, &parents, "parent cycle").await? {
        return Ok(());
    }
    let deep: Vec<i64> =
        parents.keys().copied().filter(|topic| graph::depth(&parents, *topic) > limits::TREE_DEPTH).collect();
    let codes = codes(check, NodeKind::Topic, &deep).await?;
    for code in deep.iter().filter_map(|topic| codes.get(topic)) {
        let message = format!("it is more than {} levels deep in the topic tree", limits::TREE_DEPTH);
        check.report(NodeKind::Topic, code, message);
    }
    Ok(())
}

/// Reports the cycles of a graph. Returns whether there are any.
async fn cycles(
    check: &mut Check<impl FnMut(Problem) + Send>,
    kind: NodeKind,
    graph: &Graph,
    message: &str,
) -> Result<bool, DbErr> {
    let cycles = graph::find_cycles(graph);
    let codes = codes(check, kind, &cycles.concat()).await?;
    for cycle in &cycles {
        let ids: Vec<String> =
            cycle.iter().filter_map(|row| codes.get(row)).map(|code| node_id::format(kind, code)).collect();
        if let Some(first) = cycle.first().and_then(|row| codes.get(row)) {
            check.report(kind, first, format!("{message}: {}", ids.join(" → ")));
        }
    }
    Ok(!cycles.is_empty())
}

async fn codes(
    check: &Check<impl FnMut(Problem) + Send>,
    kind: NodeKind,
    ids: &[i64],
) -> Result<HashMap<i64, String>, DbErr> {
    let mut codes = HashMap::new();
    if !ids.is_empty() {
        let mut sql = Sql::new(check.engine, &format!("SELECT id, code FROM {} AND id", kind.filtered_table_ref()));
        sql.is_any_id(ids.iter().copied());
        for row in rows(check.connection(), sql).await? {
            let mut columns = row.columns();
            codes.insert(columns.read_next()?, columns.read_next()?);
        }
    }
    Ok(codes)
}

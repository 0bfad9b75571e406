//! Checks whether a change would create a cycle, or exceed the depth of the topic tree.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use crate::domain::limits;
use crate::service::write::graph::{self, Graph};
use crate::service::write::record::{Record, Stored};
use crate::service::write::{Violation, load};

/// Returns the violations of the prerequisites of a course or the parent of a topic, if they differ from those of the
/// `present` record. `row` is 0 if the record is new.
pub async fn find(
    session: &Session,
    row: i64,
    present: Option<&Stored>,
    after: &Record,
) -> Result<Vec<Violation>, DbErr> {
    let before = present.map(|present| rows_of(&present.record)).unwrap_or_default();
    let now = rows_of(after);
    if now.is_empty() || now == before {
        return Ok(Vec::new());
    }
    let (transaction, engine, kind) = (&session.transaction, session.engine, after.kind());
    let mut graph = if kind == NodeKind::Course {
        graph::prerequisites(transaction, engine).await?
    } else {
        graph::parents(transaction, engine).await?
    };
    // Every path back to the record is a cycle that this change creates.
    let paths: Vec<(usize, Vec<i64>)> = (0..)
        .zip(&now)
        .filter_map(|(index, next)| graph::shortest_path(&graph, *next, row).map(|path| (index, path)))
        .collect();
    graph.insert(row, now);
    if !paths.is_empty() {
        let nodes: Vec<i64> = paths.iter().flat_map(|(_, path)| path.iter().copied()).collect();
        let slugs = slugs(session, after, row, &nodes).await?;
        let violation = |(index, path): &(usize, Vec<i64>)| {
            let cycle: Vec<&str> =
                [row].iter().chain(path).filter_map(|id| slugs.get(id).map(String::as_str)).collect();
            graph::cycle_violation(kind, *index, None, &format!(": {}", cycle.join(" → ")))
        };
        return Ok(paths.iter().map(violation).collect());
    }
    let is_too_deep = kind == NodeKind::Topic && depth_below(&graph, row) > limits::TREE_DEPTH;
    Ok(is_too_deep.then(graph::depth_violation).into_iter().collect())
}

/// Returns the greatest depth of `topic` and its descendants.
fn depth_below(parents: &Graph, topic: i64) -> usize {
    let is_below = |id: i64| graph::ancestors(parents, id).any(|id| id == topic);
    parents.keys().filter(|id| is_below(**id)).map(|id| graph::depth(parents, *id)).max().unwrap_or(1)
}

fn rows_of(record: &Record) -> Vec<i64> {
    graph::outgoing(record).into_iter().map(|reference| reference.id).collect()
}

/// Loads the slugs of the records in cycles.
async fn slugs(session: &Session, after: &Record, row: i64, nodes: &[i64]) -> Result<HashMap<i64, String>, DbErr> {
    let found = load::by_ids(&session.transaction, session.engine, after.kind(), nodes).await?;
    let slug = |record: &Record| record.slug().unwrap_or_default().to_owned();
    let mut slugs: HashMap<i64, String> = found.iter().map(|stored| (stored.id, slug(&stored.record))).collect();
    slugs.insert(row, slug(after));
    Ok(slugs)
}

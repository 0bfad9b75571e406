//! Circles that a change would close, and topics that it would put too deep.

use std::collections::HashMap;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use crate::domain::bounds;
use crate::service::write::cycles::{self, Graph};
use crate::service::write::load;
use crate::service::write::record::{Record, Stored};
use crate::service::write::{Fault, FaultCode};

/// Finds what is wrong with the prerequisites of a course or the parent of a topic in `row` (0 while it has none), where
/// they differ from what is `present`.
pub async fn find(session: &Session, row: i64, present: Option<&Stored>, after: &Record) -> Result<Vec<Fault>, DbErr> {
    let before = present.map(|present| points_to(&present.record)).unwrap_or_default();
    let now = points_to(after);
    if now.is_empty() || now == before {
        return Ok(Vec::new());
    }
    let (transaction, engine) = (&session.transaction, session.engine);
    let (mut graph, field, what) = if after.kind() == NodeKind::Course {
        (cycles::prerequisites(transaction, engine).await?, "prerequisites", "require each other in a circle")
    } else {
        (cycles::parents(transaction, engine).await?, "parent", "makes the topic its own ancestor")
    };
    graph.insert(row, now);
    for circle in cycles::find(&graph) {
        // A circle that was there before is not the fault of this change.
        let Some(start) = circle.iter().position(|id| *id == row) else { continue };
        let slugs = slugs(session, after, row, &circle).await?;
        let way = circle[start..].iter().chain(&circle[..=start]);
        let way: Vec<&str> = way.filter_map(|id| slugs.get(id).map(String::as_str)).collect();
        return Ok(vec![Fault::new(field, FaultCode::Cycle, None, format!("{what}: {}", way.join(" → ")))]);
    }
    let is_too_deep = after.kind() == NodeKind::Topic && depth_below(&graph, row) > bounds::TREE_DEPTH;
    let reason = format!("is too deep: the tree of topics has at most {} levels", bounds::TREE_DEPTH);
    Ok(is_too_deep.then(|| Fault::new("parent", FaultCode::TooMany, None, reason)).into_iter().collect())
}

/// How deep down the deepest topic is that is `topic` or below it.
fn depth_below(parents: &Graph, topic: i64) -> usize {
    let is_below = |mut id: i64| {
        while id != topic {
            match parents.get(&id).and_then(|parents| parents.first()) {
                Some(parent) => id = *parent,
                None => return false,
            }
        }
        true
    };
    parents.keys().filter(|id| is_below(**id)).map(|id| cycles::depth(parents, *id)).max().unwrap_or(1)
}

fn points_to(record: &Record) -> Vec<i64> {
    match record {
        Record::Course(course) => course.prerequisites.iter().map(|course| course.id).collect(),
        Record::Topic(topic) => topic.parent.iter().map(|topic| topic.id).collect(),
        _ => Vec::new(),
    }
}

/// The slugs of what is in a circle.
async fn slugs(session: &Session, after: &Record, row: i64, circle: &[i64]) -> Result<HashMap<i64, String>, DbErr> {
    let found = load::by_ids(&session.transaction, session.engine, after.kind(), circle).await?;
    let slug = |record: &Record| record.slug().unwrap_or_default().to_owned();
    let mut slugs: HashMap<i64, String> = found.iter().map(|stored| (stored.id, slug(&stored.record))).collect();
    slugs.insert(row, slug(after));
    Ok(slugs)
}

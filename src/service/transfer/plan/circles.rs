//! Circles, over the whole graph as it would be: the catalog with the file laid over it.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::Plan;
use crate::db::Engine;
use crate::domain::bounds;
use crate::service::write::cycles::{self, Graph};
use crate::service::write::load;
use crate::service::write::record::{Record, Ref};
use crate::service::write::{Fault, FaultCode};

/// What points to what in the catalog, as it is.
pub struct Graphs {
    prerequisites: Graph,
    parents: Graph,
}

impl Graphs {
    pub async fn load(transaction: &impl ConnectionTrait, engine: Engine) -> Result<Self, DbErr> {
        Ok(Self {
            prerequisites: cycles::prerequisites(transaction, engine).await?,
            parents: cycles::parents(transaction, engine).await?,
        })
    }
}

impl Plan {
    /// Refuses the last record of each circle, and topics too deep down; says whether there were any.
    pub(super) async fn refuse_circles(
        &mut self,
        transaction: &impl ConnectionTrait,
        graphs: &Graphs,
    ) -> Result<bool, DbErr> {
        let courses = self.overlay(graphs.prerequisites.clone(), NodeKind::Course);
        let topics = self.overlay(graphs.parents.clone(), NodeKind::Topic);
        let mut found = self.refuse_each(transaction, NodeKind::Course, &courses).await?;
        if self.refuse_each(transaction, NodeKind::Topic, &topics).await? {
            found = true;
        } else {
            found |= self.refuse_deep(&topics);
        }
        Ok(found)
    }

    /// The graph of the catalog, with what the accepted candidates say instead.
    fn overlay(&self, mut graph: Graph, kind: NodeKind) -> Graph {
        for candidate in self.candidates.iter().filter(|one| one.kind == kind && !one.is_refused()) {
            let Some(after) = &candidate.after else { continue };
            graph.insert(candidate.id, points_to(after).iter().map(|reference| reference.id).collect());
        }
        graph
    }

    async fn refuse_each(
        &mut self,
        transaction: &impl ConnectionTrait,
        kind: NodeKind,
        graph: &Graph,
    ) -> Result<bool, DbErr> {
        let mut fallen: HashSet<i64> = HashSet::new();
        for circle in cycles::find(graph) {
            // A circle that has just been broken may be none any more; another round tells.
            if circle.iter().any(|id| fallen.contains(id)) {
                continue;
            }
            let movers = circle.iter().filter_map(|id| self.mover(kind, *id));
            // A circle that the catalog had before is not the file's fault.
            let Some(last) = movers.max_by_key(|index| self.candidates[*index].line) else { continue };
            let names = self.names_of(transaction, kind, &circle).await?;
            let start = circle.iter().position(|id| *id == self.candidates[last].id).unwrap_or_default();
            let way: Vec<&str> = circle[start..].iter().chain(&circle[..=start]).map(|id| names[id].as_str()).collect();
            let (field, what) = match kind {
                NodeKind::Course => ("prerequisites", "require each other in a circle"),
                _ => ("parent", "makes the topic its own ancestor"),
            };
            let reason = format!("{what}: {}", way.join(" → "));
            self.candidates[last].faults.push(Fault::new(field, FaultCode::Cycle, None, reason));
            fallen.insert(self.candidates[last].id);
        }
        Ok(!fallen.is_empty())
    }

    async fn names_of(
        &self,
        transaction: &impl ConnectionTrait,
        kind: NodeKind,
        ids: &[i64],
    ) -> Result<HashMap<i64, String>, DbErr> {
        let mut names: HashMap<i64, String> = ids.iter().map(|id| (*id, String::new())).collect();
        for stored in load::by_ids(transaction, self.engine, kind, ids).await? {
            names.insert(stored.id, stored.record.slug().unwrap_or_default().to_owned());
        }
        for id in ids {
            let candidate = self.by_row.get(&(kind, *id)).and_then(|index| self.candidates.get(*index));
            if let Some(slug) = candidate.and_then(|one| one.after.as_ref()?.slug()) {
                names.insert(*id, slug.to_owned());
            }
        }
        Ok(names)
    }

    /// A topic that moves takes along what is below it, so each topic's depth is looked at; the nearest one above that
    /// moves is at fault. What was too deep before is not the file's fault.
    fn refuse_deep(&mut self, parents: &Graph) -> bool {
        let deep = parents.keys().filter(|topic| cycles::depth(parents, **topic) > bounds::TREE_DEPTH);
        let at_fault: BTreeSet<usize> = deep
            .filter_map(|topic| cycles::upwards(parents, *topic).find_map(|id| self.mover(NodeKind::Topic, id)))
            .collect();
        for index in &at_fault {
            let reason = format!("is too deep: the tree of topics has at most {} levels", bounds::TREE_DEPTH);
            self.candidates[*index].faults.push(Fault::new("parent", FaultCode::TooMany, None, reason));
        }
        !at_fault.is_empty()
    }

    /// The accepted candidate that makes something point elsewhere than it did.
    fn mover(&self, kind: NodeKind, id: i64) -> Option<usize> {
        let index = *self.by_row.get(&(kind, id))?;
        let candidate = self.candidates.get(index).filter(|candidate| !candidate.is_refused())?;
        let after = points_to(candidate.after.as_ref()?);
        let before = candidate.stored.as_ref().map(|stored| points_to(&stored.record));
        (before.unwrap_or_default() != after).then_some(index)
    }
}

fn points_to(record: &Record) -> Vec<&Ref> {
    match record {
        Record::Course(course) => course.prerequisites.iter().collect(),
        Record::Topic(topic) => topic.parent.iter().collect(),
        _ => Vec::new(),
    }
}

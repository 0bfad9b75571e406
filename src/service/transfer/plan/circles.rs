//! Circles, over the whole graph as it would be: the catalog with the file laid over it.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::Plan;
use super::knot::Circles;
use crate::db::Engine;
use crate::domain::limits;
use crate::service::write::cycles::{self, Graph, points_to};
use crate::service::write::{Fault, load};

/// How many steps are taken to name circles, whose number has no bound.
const STEPS: usize = 1_000_000;

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

/// Of which candidates the states are laid over the catalog.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Laid {
    /// All of them: what the file says.
    All,
    /// Those that are not refused: what would be written.
    Accepted,
}

impl Plan {
    /// Refuses whoever makes something point into a circle that it is in, and topics too deep down; says whether there
    /// were any.
    pub(super) async fn refuse_circles(
        &mut self,
        transaction: &impl ConnectionTrait,
        graphs: &Graphs,
        laid: Laid,
    ) -> Result<bool, DbErr> {
        let courses = self.overlay(graphs.prerequisites.clone(), NodeKind::Course, laid);
        let topics = self.overlay(graphs.parents.clone(), NodeKind::Topic, laid);
        let required = self.refuse_knots(transaction, NodeKind::Course, &courses, laid).await?;
        let above = self.refuse_knots(transaction, NodeKind::Topic, &topics, laid).await?;
        let is_deep = self.refuse_deep(&topics, &above, laid);
        Ok(is_deep || !required.is_empty() || !above.is_empty())
    }

    /// The graph of the catalog, with what candidates say instead.
    fn overlay(&self, mut graph: Graph, kind: NodeKind, laid: Laid) -> Graph {
        for index in (0..self.candidates.len()).filter(|index| self.is_laid(*index, laid)) {
            let candidate = &self.candidates[index];
            if candidate.kind == kind
                && let Some(after) = &candidate.after
            {
                graph.insert(candidate.id, points_to(after).iter().map(|reference| reference.id).collect());
            }
        }
        graph
    }

    /// Of several records about one thing the first counts.
    fn is_laid(&self, index: usize, laid: Laid) -> bool {
        let candidate = &self.candidates[index];
        self.by_row.get(&(candidate.kind, candidate.id)) == Some(&index)
            && (laid == Laid::All || !candidate.is_refused())
    }

    /// Refuses whoever makes something point into a circle that it is in; gives back what is in circles with it.
    async fn refuse_knots(
        &mut self,
        transaction: &impl ConnectionTrait,
        kind: NodeKind,
        graph: &Graph,
        laid: Laid,
    ) -> Result<HashSet<i64>, DbErr> {
        let mut found = HashSet::new();
        let mut steps = STEPS;
        for knot in cycles::knots(graph) {
            // A circle that the catalog had before is not the file's fault.
            let movers: Vec<usize> = knot.iter().filter_map(|id| self.mover(kind, *id, laid)).collect();
            if movers.is_empty() {
                continue;
            }
            found.extend(&knot);
            let names = self.names_of(transaction, kind, &knot).await?;
            let mut circles = Circles::of(graph, &knot, &mut steps);
            for index in movers {
                let candidate = &self.candidates[index];
                let Some(after) = &candidate.after else { continue };
                let references = points_to(after).into_iter().enumerate();
                let faults: Vec<Fault> = references
                    .filter(|(_, reference)| knot.binary_search(&reference.id).is_ok())
                    .map(|(place, reference)| {
                        let way = circles.through(candidate.id, reference.id).map(|circle| circle.shown(&names));
                        cycles::leads_back(kind, place, Some(&reference.slug), &way.unwrap_or_default())
                    })
                    .collect();
                self.candidates[index].find(faults);
            }
        }
        Ok(found)
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
    /// moves is at fault. What was too deep before is not the file's fault, and what leads into a circle that was told of
    /// has no depth.
    fn refuse_deep(&mut self, parents: &Graph, circles: &HashSet<i64>, laid: Laid) -> bool {
        let is_below_a_circle = |topic: i64| cycles::upwards(parents, topic).any(|id| circles.contains(&id));
        let deep = parents.keys().filter(|topic| cycles::depth(parents, **topic) > limits::TREE_DEPTH);
        let at_fault: BTreeSet<usize> = deep
            .filter(|topic| !is_below_a_circle(**topic))
            .filter_map(|topic| cycles::upwards(parents, *topic).find_map(|id| self.mover(NodeKind::Topic, id, laid)))
            .collect();
        for index in &at_fault {
            self.candidates[*index].find([cycles::too_deep()]);
        }
        !at_fault.is_empty()
    }

    /// The candidate that makes something point elsewhere than it did.
    fn mover(&self, kind: NodeKind, id: i64, laid: Laid) -> Option<usize> {
        let index = self.by_row.get(&(kind, id)).copied().filter(|index| self.is_laid(*index, laid))?;
        let candidate = &self.candidates[index];
        let after = points_to(candidate.after.as_ref()?);
        let before = candidate.stored.as_ref().map(|stored| points_to(&stored.record));
        (before.unwrap_or_default() != after).then_some(index)
    }
}

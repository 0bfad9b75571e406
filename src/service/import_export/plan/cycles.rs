//! Detects cycles in the resulting graph: the catalog with the changes of the file.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::kind::NodeKind;

use super::component::CycleFinder;
use super::{ImportError, Plan};
use crate::db::{Engine, Transaction};
use crate::domain::limits;
use crate::service::write::graph::{self, Graph, outgoing};
use crate::service::write::{Violation, load};

/// The step limit of searches for cycles, whose number is unbounded.
const MAX_STEPS: usize = 1_000_000;

/// The edges of the present catalog.
pub struct Graphs {
    prerequisites: Graph,
    parents: Graph,
}

impl Graphs {
    pub async fn load(transaction: &Transaction, engine: Engine) -> Result<Self, ImportError> {
        Ok(Self {
            prerequisites: graph::prerequisites(transaction, engine).await?,
            parents: graph::parents(transaction, engine).await?,
        })
    }
}

/// The candidates whose changes are part of the graph.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Included {
    /// All candidates.
    All,
    /// Candidates that are not rejected.
    Accepted,
}

impl Plan {
    /// Rejects the candidates whose new references create a cycle, and topics that are too deep. Returns whether there
    /// were any.
    pub(super) async fn reject_cycles(
        &mut self,
        transaction: &Transaction,
        graphs: &Graphs,
        included: Included,
    ) -> Result<bool, ImportError> {
        let courses = self.overlay(graphs.prerequisites.clone(), NodeKind::Course, included);
        let topics = self.overlay(graphs.parents.clone(), NodeKind::Topic, included);
        let required = self.reject_components(transaction, NodeKind::Course, &courses, included).await?;
        let above = self.reject_components(transaction, NodeKind::Topic, &topics, included).await?;
        let is_deep = self.reject_deep_topics(transaction, &topics, &above, included).await?;
        Ok(is_deep || !required.is_empty() || !above.is_empty())
    }

    /// Returns the graph of the catalog with the references of candidates.
    pub(super) fn overlay(&self, mut graph: Graph, kind: NodeKind, included: Included) -> Graph {
        for (id, references) in self.review.outgoing.get(&kind).into_iter().flatten() {
            if self.is_included(kind, *id, included).is_some() {
                graph.insert(*id, references.clone());
            }
        }
        graph
    }

    /// Returns the number of the record of an object, if its changes are part of the graph.
    fn is_included(&self, kind: NodeKind, id: i64, included: Included) -> Option<usize> {
        let number = self.matches.number(kind, id)?;
        (included == Included::All || !self.is_rejected(number)).then_some(number)
    }

    /// Rejects the candidates whose new references create a cycle. Returns the nodes of these cycles.
    async fn reject_components(
        &mut self,
        transaction: &Transaction,
        kind: NodeKind,
        graph: &Graph,
        included: Included,
    ) -> Result<HashSet<i64>, ImportError> {
        let mut found = HashSet::new();
        let mut steps = MAX_STEPS;
        for component in graph::strongly_connected(graph) {
            // Cycles that already exist in the catalog are ignored.
            let changed: Vec<usize> =
                component.iter().filter_map(|id| self.changed_candidate(kind, *id, included)).collect();
            if changed.is_empty() {
                continue;
            }
            found.extend(&component);
            self.retain(transaction, changed.iter().copied()).await?;
            let slugs = self.slugs_of(transaction, kind, &component).await?;
            let mut cycles = CycleFinder::of(graph, &component, &mut steps);
            for number in changed {
                let Some(candidate) = self.candidates.get_mut(&number) else { continue };
                let Some(after) = &candidate.after else { continue };
                let references = outgoing(after).into_iter().enumerate();
                let violations: Vec<Violation> = references
                    .filter(|(_, reference)| component.binary_search(&reference.id).is_ok())
                    .map(|(place, reference)| {
                        let path = cycles.path_within(candidate.id, reference.id).map(|cycle| cycle.shown(&slugs));
                        graph::cycle_violation(kind, place, Some(&reference.slug), &path.unwrap_or_default())
                    })
                    .collect();
                candidate.find(violations);
            }
        }
        Ok(found)
    }

    async fn slugs_of(
        &self,
        transaction: &Transaction,
        kind: NodeKind,
        ids: &[i64],
    ) -> Result<HashMap<i64, String>, ImportError> {
        let mut slugs: HashMap<i64, String> = ids.iter().map(|id| (*id, String::new())).collect();
        for stored in load::by_ids(transaction, self.engine, kind, ids).await? {
            slugs.insert(stored.id, stored.record.slug().unwrap_or_default().to_owned());
        }
        for id in ids {
            let Some(number) = self.matches.number(kind, *id) else { continue };
            let planned = self.candidates.get(&number).and_then(|one| one.after.as_ref()?.slug());
            if let Some(slug) = planned.or(self.slugs.get(&number).map(String::as_str)) {
                slugs.insert(*id, slug.to_owned());
            }
        }
        Ok(slugs)
    }

    /// Rejects topics that become too deep. Moving a topic moves its descendants, so the depth of each topic is
    /// checked; the nearest ancestor that moves is rejected. Topics that were too deep before are ignored, and so are
    /// descendants of cycles, which have no depth.
    async fn reject_deep_topics(
        &mut self,
        transaction: &Transaction,
        parents: &Graph,
        cycles: &HashSet<i64>,
        included: Included,
    ) -> Result<bool, ImportError> {
        let is_below_cycle = |topic: i64| graph::ancestors(parents, topic).any(|id| cycles.contains(&id));
        let deep = parents.keys().filter(|topic| graph::depth(parents, **topic) > limits::TREE_DEPTH);
        let at_fault: BTreeSet<usize> = deep
            .filter(|topic| !is_below_cycle(**topic))
            .filter_map(|topic| {
                graph::ancestors(parents, *topic).find_map(|id| self.changed_candidate(NodeKind::Topic, id, included))
            })
            .collect();
        self.retain(transaction, at_fault.iter().copied()).await?;
        for number in &at_fault {
            if let Some(candidate) = self.candidates.get_mut(number) {
                candidate.find([graph::depth_violation()]);
            }
        }
        Ok(!at_fault.is_empty())
    }

    /// Returns the candidate that changes the outgoing references of a record.
    fn changed_candidate(&self, kind: NodeKind, id: i64, included: Included) -> Option<usize> {
        self.review.outgoing.get(&kind)?.get(&id)?;
        self.is_included(kind, id, included)
    }
}

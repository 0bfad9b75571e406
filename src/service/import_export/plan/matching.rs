//! Matches records with the catalog: by `externalId`, then `code`, then `slug`; reading lists by their owner.

use std::collections::{HashMap, HashSet};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Candidate, OWNER, Plan};
use crate::catalog::Value;
use crate::service::import_export::parse::{Draft, RecordReference};
use crate::service::import_export::record_labels::RecordLabels;
use crate::service::write::patch::RoutablePatch;
use crate::service::write::{Edit, Patch, Violation, ViolationCode, ids, load};

/// Converts drafts to candidates. A duplicate slug, code or external id is a violation of the later record, but records
/// of one organization with different words, a provider and a publisher, are combined.
pub fn candidates(drafts: Vec<Draft>, labels: RecordLabels) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::with_capacity(drafts.len());
    let mut seen: HashMap<(NodeKind, &'static str, String), usize> = HashMap::new();
    let mut words: HashSet<(&'static str, String)> = HashSet::new();
    for mut draft in drafts {
        let index = candidates.len();
        let is_other_word = draft.kind == NodeKind::Organization && words.insert((draft.word, draft.shown.clone()));
        if is_other_word
            && let Some(first) = seen.get(&(draft.kind, "slug", draft.shown.clone()))
            && let Some(first) = candidates.get_mut(*first)
            && let (Some(Patch::Routable(ours)), Patch::Routable(theirs)) = (&mut first.patch, &draft.patch)
        {
            let conflicts = merge(ours, theirs, &labels.label(first.line));
            if conflicts.is_empty() && draft.violations.is_empty() {
                first.also.push(draft.line);
                continue;
            }
            draft.violations.extend(conflicts);
        } else {
            for (name, value) in names(&draft) {
                let key = (draft.kind, name, value.clone());
                if let Some(first) = seen.get(&key).and_then(|first| candidates.get(*first)) {
                    let reason = format!("is a duplicate: {} already has it", labels.label(first.line));
                    let violation = Violation::new(name, ViolationCode::Taken, Some(&value), reason);
                    draft.violations.push(draft.source_map.relocate(violation));
                } else {
                    seen.insert(key, index);
                }
            }
        }
        let Draft { line, kind, shown, patch, violations, source_map, .. } = draft;
        candidates.push(Candidate { violations, source_map, ..Candidate::new(line, kind, shown, patch) });
    }
    candidates
}

/// Returns the keys of a draft with the names of their fields.
fn names(draft: &Draft) -> Vec<(&'static str, String)> {
    match &draft.patch {
        Patch::ReadingList(list) => {
            let (RecordReference::Slug(owner) | RecordReference::Name(owner)) = &list.owner;
            if owner.is_empty() {
                return Vec::new();
            }
            vec![(OWNER, format!("{} {owner}", list.owner_kind))]
        }
        Patch::Routable(patch) => {
            let names = [
                ("slug", patch.slug.clone()),
                ("code", patch.code.clone()),
                ("externalId", patch.external_id.value().cloned()),
            ];
            names.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
        }
    }
}

/// Adds the second record of an organization to the first. Differing values are violations of the second record.
fn merge(
    first: &mut RoutablePatch<RecordReference>,
    second: &RoutablePatch<RecordReference>,
    where_first: &str,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut disagree = |name: &str, value: Option<&str>| {
        let reason = format!("conflicts with {where_first}, which describes the same organization");
        violations.push(Violation::new(name, ViolationCode::Taken, value, reason));
    };
    for (field, theirs) in &second.values {
        match (first.values.iter_mut().find(|(known, _)| known == field), theirs) {
            (None, _) => first.values.push((field, theirs.clone())),
            (Some((_, Some(Value::Texts(ours)))), Some(Value::Texts(theirs))) => ours.extend(theirs.iter().cloned()),
            (Some((_, ours)), theirs) if ours == theirs => {}
            (Some(_), Some(Value::Text(theirs))) => disagree(field.name(), Some(theirs)),
            (Some(_), _) => disagree(field.name(), None),
        }
    }
    match (&first.external_id, &second.external_id) {
        (_, Edit::Unchanged) => {}
        (Edit::Unchanged, theirs) => first.external_id = theirs.clone(),
        (ours, theirs) if ours == theirs => {}
        (_, theirs) => disagree("externalId", theirs.value().map(String::as_str)),
    }
    match (&first.code, &second.code) {
        (_, None) => {}
        (None, theirs) => first.code = theirs.clone(),
        (ours, theirs) if ours == theirs => {}
        (_, theirs) => disagree("code", theirs.as_deref()),
    }
    violations
}

impl Plan {
    /// Matches all records except reading lists, and assigns ids to new ones.
    pub(super) async fn match_with_catalog(&mut self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        for kind in NodeKind::ROUTABLE {
            let mut new = Vec::new();
            let mut rows = Vec::new();
            for (index, candidate) in self.candidates.iter_mut().enumerate() {
                if candidate.kind != kind {
                    continue;
                }
                let Some(identity) = candidate.patch.as_ref().and_then(Patch::routable) else { continue };
                let keys = self.known.keys(kind);
                let found = identity
                    .external_id
                    .value()
                    .and_then(|external_id| keys.by_external_id(external_id))
                    .or_else(|| identity.code.as_deref().and_then(|code| keys.by_code(code)))
                    .or_else(|| identity.slug.as_deref().and_then(|slug| keys.by_slug(slug)));
                match found {
                    None => new.push(index),
                    Some(id) => {
                        if let Some(first) = self.by_id.get(&(kind, id)) {
                            rows.push((index, *first));
                        } else {
                            self.by_id.insert((kind, id), index);
                        }
                        candidate.id = id;
                    }
                }
            }
            for (index, first) in rows {
                let reason = format!("identifies the same {kind} as {}", self.at(self.candidates[first].line));
                let shown = self.candidates[index].shown.clone();
                self.candidates[index].violations.push(Violation::new(
                    "slug",
                    ViolationCode::Taken,
                    Some(&shown),
                    reason,
                ));
            }
            self.load_stored(transaction, kind).await?;
            self.assign_ids(transaction, kind, &new).await?;
        }
        Ok(())
    }

    /// Assigns ids to the candidates `new`, all of one kind.
    pub(super) async fn assign_ids(
        &mut self,
        transaction: &impl ConnectionTrait,
        kind: NodeKind,
        new: &[usize],
    ) -> Result<(), DbErr> {
        let rows = ids::take(transaction, self.engine, kind, new.len()).await?;
        for (index, id) in new.iter().zip(rows) {
            self.candidates[*index].id = id;
            self.by_id.insert((kind, id), *index);
        }
        Ok(())
    }

    /// Loads the stored records of the matched candidates of a kind.
    async fn load_stored(&mut self, transaction: &impl ConnectionTrait, kind: NodeKind) -> Result<(), DbErr> {
        let known = |candidate: &&Candidate| candidate.kind == kind && candidate.id != 0;
        let ids: Vec<i64> = self.candidates.iter().filter(known).map(|candidate| candidate.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        for stored in load::by_ids(transaction, self.engine, kind, &ids).await? {
            if let Some(index) = self.by_id.get(&(kind, stored.id)) {
                self.candidates[*index].stored = Some(stored);
            }
        }
        Ok(())
    }

    /// Matches reading lists by their owners, and assigns ids to the lists of new owners.
    pub(super) async fn match_lists(&mut self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        let mut owners: HashMap<NodeKind, HashMap<i64, usize>> = HashMap::new();
        for index in 0..self.candidates.len() {
            let Some(Patch::ReadingList(list)) = &self.candidates[index].patch else { continue };
            let kind = list.owner_kind;
            let Some(owner) = self.find(kind, &list.owner) else { continue };
            let first = *owners.entry(kind).or_default().entry(owner.id).or_insert(index);
            if first != index {
                let place = self.at(self.candidates[first].line);
                let reason = format!("is a duplicate: {place} already has the reading list of this {kind}");
                self.candidates[index].find([Violation::new(OWNER, ViolationCode::Taken, None, reason)]);
            }
        }
        for owners in owners.values() {
            let ids: Vec<i64> = owners.keys().copied().collect();
            for (owner, list) in load::lists_of(transaction, self.engine, &ids).await? {
                if let Some(index) = owners.get(&owner) {
                    self.candidates[*index].id = list;
                    self.by_id.insert((NodeKind::ReadingList, list), *index);
                }
            }
        }
        let new: Vec<usize> = (0..self.candidates.len())
            .filter(|index| self.candidates[*index].kind == NodeKind::ReadingList && self.candidates[*index].id == 0)
            .collect();
        self.load_stored(transaction, NodeKind::ReadingList).await?;
        self.assign_ids(transaction, NodeKind::ReadingList, &new).await
    }
}

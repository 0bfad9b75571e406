//! Matches records with the catalog: by `externalId`, then `code`, then `slug`; reading lists by their owner.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::kind::NodeKind;

use super::resolve::PRESENT_SLUG;
use super::{Candidate, ImportError, OWNER, Plan};
use crate::catalog::Value;
use crate::db::Transaction;
use crate::service::import_export::file::{Identity, IdentityCursor};
use crate::service::import_export::parse::{Draft, RecordReference};
use crate::service::import_export::record_labels::RecordLabels;
use crate::service::write::keys::{KeyIndex, KeyLookup};
use crate::service::write::patch::RoutablePatch;
use crate::service::write::{Edit, Patch, Violation, ViolationCode, ids, load};

/// Converts drafts to candidates. A duplicate slug, code or external id is a violation of the later record, but records
/// of one organization with different words, a provider and a publisher, are combined.
fn candidates(drafts: Vec<(usize, Draft)>, labels: RecordLabels) -> BTreeMap<usize, Candidate> {
    let mut candidates: BTreeMap<usize, Candidate> = BTreeMap::new();
    let mut seen: HashMap<(NodeKind, &'static str, String), usize> = HashMap::new();
    let mut words: HashSet<(&'static str, String)> = HashSet::new();
    for (number, mut draft) in drafts {
        let is_other_word = draft.kind == NodeKind::Organization && words.insert((draft.word, draft.shown.clone()));
        if is_other_word
            && let Some(first) = seen.get(&(draft.kind, "slug", draft.shown.clone()))
            && let Some(first) = candidates.get_mut(first)
            && let (Some(Patch::Routable(ours)), Patch::Routable(theirs)) = (&mut first.patch, &draft.patch)
        {
            let conflicts = merge(ours, theirs, &labels.label(first.line));
            if conflicts.is_empty() && draft.violations.is_empty() {
                first.also.push(draft.line);
                continue;
            }
            draft.violations.extend(conflicts);
        } else {
            for (name, value) in Identity::of(&draft.patch).keys() {
                let key = (draft.kind, name, value.into_owned());
                if let Some(first) = seen.get(&key).and_then(|first| candidates.get(first)) {
                    let reason = format!("is a duplicate: {} already has it", labels.label(first.line));
                    let violation = Violation::new(name, ViolationCode::Taken, Some(&key.2), reason);
                    draft.violations.push(draft.source_map.relocate(violation));
                } else {
                    seen.insert(key, number);
                }
            }
        }
        candidates.insert(number, Candidate::new(draft));
    }
    candidates
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
    /// Rejects duplicates, and combines the records of one organization. Records with the key of another one stay in memory.
    pub(super) fn reject_duplicates(&mut self) -> Result<(), ImportError> {
        let numbers = self.file.contested();
        let drafts = numbers.iter().map(|number| Ok((*number, self.file.draft(*number)?)));
        let found = candidates(drafts.collect::<Result<_, ImportError>>()?, self.file.labels);
        for number in numbers {
            let entry = &mut self.file.entries[number];
            let patch = found.get(&number).and_then(|candidate| candidate.patch.as_ref());
            entry.is_left_out = patch.is_none();
            // The code may be that of another line.
            entry.set_code(patch.and_then(Patch::code).unwrap_or_default());
        }
        self.candidates = found;
        Ok(())
    }

    /// Returns the next identities of a kind. Combined records have those of all their lines.
    pub(super) fn next_identities(
        &mut self,
        cursor: &mut IdentityCursor,
    ) -> Result<Vec<(usize, Identity)>, ImportError> {
        let mut identities = self.file.next_identities(cursor)?;
        for (number, identity) in &mut identities {
            if let Some(patch) = self.candidates.get(number).and_then(|candidate| candidate.patch.as_ref()) {
                *identity = Identity::of(patch);
            }
        }
        Ok(identities)
    }

    /// Matches all records except reading lists, and assigns ids to new ones.
    pub(super) async fn match_with_catalog(&mut self, transaction: &Transaction) -> Result<(), ImportError> {
        for kind in NodeKind::ROUTABLE {
            let mut cursor = IdentityCursor::start(kind);
            loop {
                let identities = self.next_identities(&mut cursor)?;
                if identities.is_empty() {
                    break;
                }
                let mut wanted = KeyLookup::default();
                for (_, identity) in &identities {
                    wanted.slugs.extend(identity.slug.clone());
                    wanted.codes.extend(identity.code.clone());
                    wanted.external_ids.extend(identity.external_id.clone());
                }
                let keys = KeyIndex::load(transaction, self.engine, kind, &wanted).await?;
                let mut new = Vec::new();
                for (number, Identity { slug, code, external_id, has_former_slugs, .. }) in identities {
                    let found = (external_id.as_deref().and_then(|external_id| keys.by_external_id(external_id)))
                        .or_else(|| code.as_deref().and_then(|code| keys.by_code(code)))
                        .or_else(|| slug.as_deref().and_then(|slug| keys.by_slug(slug)));
                    let present = found.and_then(|id| keys.reference(id));
                    if let Some(present) = &present {
                        let entry = &mut self.file.entries[number];
                        entry.id = present.id;
                        entry.set_code(&present.code);
                        self.matches.add(kind, present.id, number);
                    } else {
                        new.push(number);
                    }
                    let renamed =
                        present.as_ref().filter(|present| slug.as_deref().is_some_and(|slug| slug != &*present.slug));
                    if let Some(present) = renamed {
                        self.file.add_key(kind, PRESENT_SLUG, &present.slug, number);
                    }
                    if renamed.is_some() || has_former_slugs {
                        let slug = slug.or_else(|| Some(present?.slug.to_string()));
                        self.slugs.insert(number, slug.unwrap_or_default());
                    }
                }
                self.assign_ids(transaction, kind, &new).await?;
            }
            self.reject_second_records(kind)?;
        }
        self.file.sort();
        Ok(())
    }

    /// Rejects records that match the same object as an earlier one.
    fn reject_second_records(&mut self, kind: NodeKind) -> Result<(), ImportError> {
        for (number, first) in self.matches.sort(kind) {
            let reason = format!("identifies the same {kind} as {}", self.at(self.entry(first).line()));
            let mut candidate = self.candidate(number)?;
            let shown = candidate.shown.clone();
            candidate.violations.push(Violation::new("slug", ViolationCode::Taken, Some(&shown), reason));
            self.candidates.insert(number, candidate);
        }
        Ok(())
    }

    /// Assigns ids to new records, all of one kind.
    pub(super) async fn assign_ids(
        &mut self,
        transaction: &Transaction,
        kind: NodeKind,
        new: &[usize],
    ) -> Result<(), ImportError> {
        let ids = ids::take(transaction, self.engine, kind, new.len()).await?;
        for (number, id) in new.iter().zip(ids) {
            let entry = &mut self.file.entries[*number];
            entry.id = id;
            entry.is_new = true;
            self.matches.add(kind, id, *number);
        }
        Ok(())
    }

    /// Matches reading lists by their owners, and assigns ids to the lists of new owners.
    pub(super) async fn match_lists(&mut self, transaction: &Transaction) -> Result<(), ImportError> {
        let kind = NodeKind::ReadingList;
        let mut cursor = IdentityCursor::start(kind);
        // The first list of each owner.
        let mut first_lists: HashMap<i64, usize> = HashMap::new();
        loop {
            let identities = self.next_identities(&mut cursor)?;
            if identities.is_empty() {
                break;
            }
            let owner_of =
                |identity: &Identity| identity.owner.clone().map(|(kind, slug)| (kind, RecordReference::Slug(slug)));
            let owners: Vec<_> = identities.iter().filter_map(|(_, identity)| owner_of(identity)).collect();
            let known = self.catalog_keys(transaction, owners.iter().map(|(kind, owner)| (*kind, owner))).await?;
            let mut new = Vec::new();
            let mut by_owner = HashMap::new();
            for (number, identity) in identities {
                let found =
                    owner_of(&identity).and_then(|(kind, owner)| Some((kind, self.find(&known, kind, &owner)?)));
                let Some((owner_kind, (owner, owner_number))) = found else {
                    new.push(number);
                    continue;
                };
                let first = *first_lists.entry(owner.id).or_insert(number);
                if first == number {
                    by_owner.insert(owner.id, number);
                    self.file.entries[number].is_first_list = true;
                    if let Some(owner) = owner_number {
                        self.file.entries[owner].has_list = true;
                    }
                    continue;
                }
                let place = self.at(self.entry(first).line());
                let reason = format!("is a duplicate: {place} already has the reading list of this {owner_kind}");
                let mut candidate = self.candidate(number)?;
                candidate.find([Violation::new(OWNER, ViolationCode::Taken, None, reason)]);
                self.candidates.insert(number, candidate);
                new.push(number);
            }
            let owners: Vec<i64> = by_owner.keys().copied().collect();
            for (owner, list) in load::lists_of(transaction, self.engine, &owners).await? {
                if let Some(number) = by_owner.remove(&owner) {
                    self.file.entries[number].id = list;
                    self.matches.add(kind, list, number);
                }
            }
            new.extend(by_owner.into_values());
            new.sort_unstable();
            self.assign_ids(transaction, kind, &new).await?;
        }
        self.matches.sort(kind);
        Ok(())
    }
}

//! Assigns codes to new records.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::kind::NodeKind;

use super::{Candidate, ImportError, Plan};
use crate::db::Transaction;
use crate::service::write::{Context, Patch, codes};

/// The number of codes that are drawn at once.
const BATCH: usize = 2_000;

/// The codes that were drawn, by kind. Later ones must differ, also from those that are not written yet.
#[derive(Default)]
pub struct Codes(HashMap<NodeKind, HashSet<[u8; 6]>>);

impl Codes {
    fn has(&self, kind: NodeKind, code: &str) -> bool {
        self.0.get(&kind).zip(bytes(code)).is_some_and(|(codes, code)| codes.contains(&code))
    }

    fn add(&mut self, kind: NodeKind, codes: &[String]) {
        self.0.entry(kind).or_default().extend(codes.iter().filter_map(|code| bytes(code)));
    }
}

fn bytes(code: &str) -> Option<[u8; 6]> {
    code.as_bytes().try_into().ok()
}

impl Plan {
    /// Assigns a code to each new record without one.
    pub(super) async fn assign_codes(
        &mut self,
        transaction: &Transaction,
        context: &mut Context,
    ) -> Result<(), ImportError> {
        for kind in NodeKind::ROUTABLE.into_iter().chain([NodeKind::ReadingList]) {
            let needs_code = |number: &usize| {
                let entry = self.entry(*number);
                entry.kind == kind && entry.is_new && !entry.is_left_out && entry.code().is_empty()
            };
            let new: Vec<usize> = (0..self.file.entries.len()).filter(needs_code).collect();
            for numbers in new.chunks(BATCH) {
                let codes = self.draw_codes(transaction, kind, numbers.len(), context).await?;
                for (number, code) in numbers.iter().zip(codes) {
                    self.file.entries[*number].set_code(&code);
                }
            }
        }
        Ok(())
    }

    /// Draws codes that no record of the catalog or the file has.
    pub(super) async fn draw_codes(
        &mut self,
        transaction: &Transaction,
        kind: NodeKind,
        count: usize,
        context: &mut Context,
    ) -> Result<Vec<String>, ImportError> {
        let is_known = |code: &str| self.codes.has(kind, code) || self.file.has_code(kind, code);
        let codes = codes::draw(transaction, self.engine, kind, count, is_known, &mut *context.rng).await?;
        self.codes.add(kind, &codes);
        Ok(codes)
    }

    /// Continues the revision numbers of deleted records that are recreated with their code.
    pub(super) async fn set_first_revisions(
        &self,
        transaction: &Transaction,
        planned: &mut BTreeMap<usize, Candidate>,
    ) -> Result<(), ImportError> {
        let mut returning: BTreeMap<NodeKind, Vec<(usize, String)>> = BTreeMap::new();
        for (number, candidate) in planned.iter().filter(|(_, candidate)| candidate.stored.is_none()) {
            if let Some(code) = candidate.patch.as_ref().and_then(Patch::code) {
                returning.entry(candidate.kind).or_default().push((*number, code.to_owned()));
            }
        }
        for (kind, returning) in returning {
            let codes: Vec<&str> = returning.iter().map(|(_, code)| code.as_str()).collect();
            let last = codes::last_revisions(transaction, self.engine, kind, &codes).await?;
            for (number, code) in returning {
                if let (Some(candidate), Some(last)) = (planned.get_mut(&number), last.get(&code)) {
                    candidate.first_revision = last.saturating_add(1);
                }
            }
        }
        Ok(())
    }
}

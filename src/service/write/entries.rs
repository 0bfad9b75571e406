//! Assigns ids, codes and times to new entries of reading lists.

use std::collections::HashSet;

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::record::ReadingList;
use super::{Context, codes, ids};
use crate::db::Engine;

/// Assigns an id, a code and the time of the change to each new entry of `lists`. No code is one that `is_known`.
///
/// # Errors
/// Returns the error of the database.
pub async fn complete(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    mut lists: Vec<&mut ReadingList>,
    is_known: impl Fn(&str) -> bool,
    context: &mut Context,
) -> Result<(), DbErr> {
    let (mut rows, mut codes) = (0, 0);
    let mut at_hand = HashSet::new();
    for entry in lists.iter().flat_map(|list| &list.entries) {
        rows += usize::from(entry.id == 0);
        codes += usize::from(entry.code.is_empty());
        at_hand.insert(entry.code.clone());
    }
    let kind = NodeKind::ReadingListEntry;
    let is_taken = |code: &str| at_hand.contains(code) || is_known(code);
    let mut rows = ids::take(transaction, engine, kind, rows).await?.into_iter();
    let mut codes = codes::draw(transaction, engine, kind, codes, is_taken, &mut *context.rng).await?.into_iter();
    for entry in lists.iter_mut().flat_map(|list| &mut list.entries) {
        if entry.id == 0 {
            entry.id = rows.next().unwrap_or_default();
        }
        entry.added_at = entry.added_at.or(Some(context.now));
        if entry.code.is_empty() {
            entry.code = codes.next().unwrap_or_default();
        }
    }
    Ok(())
}

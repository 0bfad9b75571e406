//! Maps events of the change feed to the dependencies of responses, for the caches and the purger.

use std::collections::HashMap;

use entity::enums::ChangeAction;
use entity::kind::NodeKind;

use super::dependencies::Dependency;
use super::{PageOfChanges, ReadError, Reader, read_changes};
use crate::model::{ChangeEvent, OwnerRef};

/// The maximum number of events to process in one poll. With more, all cache entries become stale.
const MAX_CHANGES: u32 = 20_000;

/// Reads the dependencies that changed after a position of the feed, each with the position of its last change. `None`
/// stands for all dependencies: the position is not in the feed, or too many changes follow it.
///
/// # Errors
/// Database errors.
pub async fn read_changed_dependencies(
    reader: &Reader,
    after: i64,
) -> Result<Option<HashMap<Dependency, i64>>, ReadError> {
    let slice = PageOfChanges { after: Some(after), limit: MAX_CHANGES, kinds: None, subject: None };
    let slice = read_changes(reader, &slice).await?;
    if slice.is_expired || slice.page.more {
        return Ok(None);
    }
    let mut changed = HashMap::new();
    let mut objects: HashMap<NodeKind, HashMap<&str, i64>> = HashMap::new();
    // Their primary keys are unknown, even if a later object has the same code.
    let mut deleted: HashMap<NodeKind, i64> = HashMap::new();
    for edge in &slice.page.edges {
        let ChangeEvent { id, kind, action, code, .. } = &*edge.node;
        changed.insert(Dependency::Kind(*kind), *id);
        if *action != ChangeAction::Updated {
            changed.insert(Dependency::Visibility(*kind), *id);
        }
        if matches!(action, ChangeAction::Deleted | ChangeAction::Merged) {
            deleted.insert(*kind, *id);
        }
        objects.entry(*kind).or_default().insert(code, *id);
    }
    for (kind, codes) in objects {
        let found = dependencies_of(reader, kind, &codes).await?;
        if found.len() < codes.len() {
            // An object was deleted after its event was read.
            deleted.insert(kind, codes.values().copied().max().unwrap_or_default());
        }
        changed.extend(found.into_iter().flatten());
    }
    // The owner of a deleted list is unknown, too.
    if deleted.contains_key(&NodeKind::ReadingList) {
        return Ok(None);
    }
    changed.extend(deleted.into_iter().map(|(kind, id)| (Dependency::Deleted(kind), id)));
    Ok(Some(changed))
}

/// Returns the dependencies that changed with the objects of a kind, each with the position of its change.
async fn dependencies_of(
    reader: &Reader,
    kind: NodeKind,
    codes: &HashMap<&str, i64>,
) -> Result<Vec<Vec<(Dependency, i64)>>, ReadError> {
    let owners = kind == NodeKind::ReadingList;
    let columns = if owners { "id, code, owner_id" } else { "id, code" };
    let mut sql = reader.sql(&format!("SELECT {columns} FROM {} AND code", kind.filtered_table_ref()));
    sql.is_any_text(codes.keys().copied());
    let mut found = Vec::with_capacity(codes.len());
    for row in reader.query_short(sql).await? {
        let mut columns = row.columns();
        let (id, code): (i64, String) = (columns.read_next()?, columns.read_next()?);
        let Some(change) = codes.get(code.as_str()) else { continue };
        let mut of = vec![(Dependency::Object(kind, id), *change)];
        if owners {
            of.push((Dependency::ListOf(OwnerRef::of(columns.read_next()?)?), *change));
        }
        found.push(of);
    }
    Ok(found)
}

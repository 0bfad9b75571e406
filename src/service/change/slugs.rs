//! Generates slugs from titles and names.

use std::collections::HashSet;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use crate::domain::{code, slug};
use crate::service::write::keys::{KeyIndex, KeyLookup};

/// The number of numbered slugs to look up at once.
const BATCH: u32 = 20;

/// Generates the slug of a record of `kind` from its `title`. A slug that another record has, had, or has as its code
/// gets a number. If the title yields no slug, the slug consists of the kind and the code. The record in `row` can keep
/// its own slugs.
pub async fn unique_slug(
    session: &Session,
    kind: NodeKind,
    title: &str,
    own_code: &str,
    row: i64,
) -> Result<String, DbErr> {
    let base = slug::slugify(title);
    if base.is_empty() {
        return Ok(format!("{}-{own_code}", kind.name()));
    }
    let mut first = 1;
    loop {
        let candidate = |number| if number == 1 { base.clone() } else { slug::numbered(&base, number) };
        let candidates: Vec<String> = (first..first + BATCH).map(candidate).collect();
        let slugs: HashSet<String> = candidates.iter().cloned().collect();
        let code_like_slugs = slugs.iter().filter(|slug| code::is_code(slug)).cloned().collect();
        let lookup = KeyLookup { slugs, code_like_slugs, ..KeyLookup::default() };
        let keys = KeyIndex::load(&session.transaction, session.engine, kind, &lookup).await?;
        let is_free = |slug: &String| {
            let others = [keys.by_slug(slug), keys.by_old_slug(slug)];
            slug != own_code && !keys.is_code(slug) && others.into_iter().flatten().all(|holder| holder == row)
        };
        if let Some(free) = candidates.into_iter().find(is_free) {
            return Ok(free);
        }
        first += BATCH;
    }
}

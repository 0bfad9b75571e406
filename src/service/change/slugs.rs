//! Slugs made from titles and names.

use std::collections::HashSet;

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::session::Session;
use crate::domain::{code, slug};
use crate::service::write::keys::{KeyIndex, KeyLookup};

/// How many numbered slugs one look asks for.
const BATCH: u32 = 20;

/// Makes the slug of something of `kind` from its `title`, numbered where another has it, once had it, or has it for its
/// code. A title that nothing can be made from leads to the kind and the code. The thing in `row` may keep what it has.
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

//! The demo catalog, which is built into the binary and served from memory.

use entity::timestamp::Timestamp;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use super::Error;
use crate::auth::{Administrator, Role, Secret};
use crate::db::{Database, DatabaseUrl};
use crate::service::api_token::{self, NewToken};
use crate::service::import_export::{self, ImportOptions};
use crate::service::write::Context;

/// The demo catalog. References can point forward.
pub const CATALOG: &str = concat!(
    include_str!("../../demo/topics.jsonl"),
    include_str!("../../demo/organizations.jsonl"),
    include_str!("../../demo/people.jsonl"),
    include_str!("../../demo/books.jsonl"),
    include_str!("../../demo/courses.jsonl"),
    include_str!("../../demo/videos.jsonl"),
    include_str!("../../demo/podcasts.jsonl"),
    include_str!("../../demo/tutorials.jsonl"),
    include_str!("../../demo/careers.jsonl"),
    include_str!("../../demo/readingLists.jsonl"),
);

/// Makes the codes of the demo the same at every start, so that its URLs can be bookmarked and documented.
const SEED: u64 = 180_035;

/// Opens a database in memory and imports the demo catalog.
pub async fn open(now: Timestamp) -> Result<Database, Error> {
    let database = Database::open(&DatabaseUrl::memory("demo"), true).await?;
    let mut context = Context { now, actor: "demo".to_owned(), rng: Box::new(ChaCha8Rng::seed_from_u64(SEED)) };
    let report = import_export::import(&database, CATALOG.as_bytes(), ImportOptions::default(), &mut context, |_| {})
        .await
        .map_err(Error::Demo)?;
    if report.is_rejected() { Err(Error::DemoInvalid(Box::new(report))) } else { Ok(database) }
}

/// Creates a token for an editor of the demo catalog. It is lost with the catalog.
pub async fn token(database: &Database, now: Timestamp) -> Result<Secret, Error> {
    let right = Administrator::operator();
    let wanted =
        NewToken { name: "demo editor".to_owned(), role: Role::Editor, expires_at: None, violations: Vec::new() };
    let mut context = super::context(now, right.name());
    Ok(api_token::create(database, &right, wanted, &mut context).await?.secret)
}

//! Writes slug redirects, revisions and changes.

use std::collections::HashMap;

use entity::enums::{ChangeAction, Status};
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use entity::{change_event, revision, slug_redirect};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ConnectionTrait, DbErr};

use super::feed::{Feed, FeedRow};
use super::visibility::is_public;
use super::{Change, SaveError, rows};
use crate::catalog::Former;
use crate::db::{Engine, Sql, Transaction};
use crate::domain::path::path_of;
use crate::service::write::{Context, Record};

/// The number of events whose rows are built at once, because the states in the revisions are large.
const BATCH: usize = 2_000;

/// Writes the redirects of former slugs, and deletes those that are no longer former slugs.
pub async fn write_slug_redirects(
    transaction: &Transaction,
    engine: Engine,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut reclaimed: HashMap<NodeKind, Vec<&str>> = HashMap::new();
    let mut retired = Vec::new();
    for change in changes {
        let Some(after) = change.after.routable() else { continue };
        let before = change.before.as_ref().and_then(Record::routable);
        let (before, after) =
            (before.map_or(&[][..], |before| before.former_keys(Former::Slugs)), after.former_keys(Former::Slugs));
        for slug in before.iter().filter(|slug| !after.contains(slug)) {
            reclaimed.entry(change.after.kind()).or_default().push(slug);
        }
        let new = after.iter().filter(|slug| !before.contains(slug));
        retired.extend(new.map(|slug| redirect(change, slug, now)));
    }
    for (kind, slugs) in reclaimed {
        let mut sql = Sql::new(engine, &format!("DELETE FROM slug_redirect WHERE kind = '{kind}' AND slug"));
        sql.is_any_text(slugs);
        transaction.execute_raw(sql.into()).await?;
    }
    rows::insert::<slug_redirect::Entity>(transaction, engine, retired).await
}

fn redirect(change: &Change, slug: &str, now: Timestamp) -> slug_redirect::Model {
    let kind = change.after.kind();
    slug_redirect::Model {
        kind: kind.name().to_owned(),
        slug: slug.to_owned(),
        item_id: kind.is_catalog_item().then_some(change.id),
        person_id: (kind == NodeKind::Person).then_some(change.id),
        organization_id: (kind == NodeKind::Organization).then_some(change.id),
        retired_at: now,
    }
}

/// A change to record in the history.
pub struct Event<'a> {
    /// The state before. `None` for new records, or if it is irrelevant.
    pub before: Option<&'a Record>,
    pub record: &'a Record,
    pub revision: i32,
    pub action: ChangeAction,
    /// Whether a deleted person or organization was public, which its state does not tell.
    pub was_public: bool,
    /// The code of the survivor of a merge.
    pub merged_into: Option<&'a str>,
}

/// Writes a revision for each change, and adds a row to the change feed.
pub async fn record(
    transaction: &Transaction,
    engine: Engine,
    changes: &[Change],
    context: &Context,
    feed: &mut Feed,
) -> Result<(), SaveError> {
    let events: Vec<Event<'_>> = changes
        .iter()
        .map(|change| Event {
            before: change.before.as_ref(),
            record: &change.after,
            revision: change.revision,
            action: action(change, context.now),
            was_public: false,
            merged_into: None,
        })
        .collect();
    for event in &events {
        feed.push(&feed_row(event, context.now))?;
    }
    Ok(write_revisions(transaction, engine, &events, context).await?)
}

/// Writes a revision and a row of the change feed for each event.
pub async fn write(
    transaction: &Transaction,
    engine: Engine,
    events: &[Event<'_>],
    context: &Context,
) -> Result<(), DbErr> {
    write_revisions(transaction, engine, events, context).await?;
    let rows = events.iter().map(|event| feed_row(event, context.now).into_model(context.now));
    rows::insert::<change_event::Entity>(transaction, engine, rows).await
}

async fn write_revisions(
    transaction: &Transaction,
    engine: Engine,
    events: &[Event<'_>],
    context: &Context,
) -> Result<(), DbErr> {
    for batch in events.chunks(BATCH) {
        let revisions = batch.iter().map(|event| revision_row(event, context)).collect::<Result<Vec<_>, _>>()?;
        rows::insert::<revision::Entity>(transaction, engine, revisions).await?;
    }
    Ok(())
}

fn revision_row(event: &Event<'_>, context: &Context) -> Result<revision::ActiveModel, DbErr> {
    let state = event.record.to_state().map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(revision::ActiveModel {
        id: NotSet,
        kind: Set(event.record.kind().name().to_owned()),
        code: Set(event.record.code().to_owned()),
        revision: Set(event.revision),
        created_at: Set(context.now),
        actor: Set(context.actor.clone()),
        action: Set(event.action),
        state: Set(state),
    })
}

fn feed_row(event: &Event<'_>, now: Timestamp) -> FeedRow {
    let (kind, code) = (event.record.kind(), event.record.code());
    let was_public = event.was_public || event.before.is_some_and(|before| is_public(before, now));
    let is_public_now = is_public(event.record, now);
    // Changes that hide a record have its last public path.
    let addressed = event.before.filter(|_| was_public && !is_public_now).unwrap_or(event.record);
    FeedRow {
        kind,
        code: code.to_owned(),
        action: event.action,
        revision: event.revision,
        path: addressed.slug().map(|slug| path_of(kind, code, slug)),
        merged_into: event.merged_into.map(str::to_owned),
        was_visible: was_public || is_public_now,
    }
}

/// Returns the action of a change. Scheduled items are published when they are due.
fn action(change: &Change, now: Timestamp) -> ChangeAction {
    let Some(before) = &change.before else { return ChangeAction::Created };
    let (Some((status, _)), Some((new_status, _))) = (before.publication(), change.after.publication()) else {
        return ChangeAction::Updated;
    };
    let becomes = |wanted| status != new_status && new_status == wanted;
    match (is_public(before, now), is_public(&change.after, now)) {
        (false, true) => ChangeAction::Published,
        (_, false) if becomes(Status::Archived) => ChangeAction::Archived,
        (true, false) => ChangeAction::Unpublished,
        (false, false) if becomes(Status::Draft) => ChangeAction::Unpublished,
        (true, true) | (false, false) => ChangeAction::Updated,
    }
}

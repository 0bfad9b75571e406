//! What was: slugs that are given up, the revisions, and the feed.

use std::collections::HashMap;

use entity::choice::{ChangeAction, Status};
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use entity::{change_event, revision, slug_redirect};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use super::visibility::{PublicParties, is_public};
use super::{Change, rows};
use crate::catalog::Former;
use crate::db::{Engine, Sql};
use crate::domain::path::path_of;
use crate::service::write::{Context, Record};

/// How many rows of history one statement carries: eight values each.
const ROWS: usize = 500;

/// Keeps the slugs that were given up, and lets go of those that somebody took back.
pub async fn write_slug_redirects(
    transaction: &impl ConnectionTrait,
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

/// Something that is remembered: what happened to a thing, and its state after, or at its end.
pub struct Event<'a> {
    /// Its state before; none where there was none, or it does not matter.
    pub before: Option<&'a Record>,
    pub record: &'a Record,
    pub revision: i32,
    pub action: ChangeAction,
    /// Whether everybody saw it until now, where its state does not say so: a person or an organization that is gone.
    pub was_public: bool,
    /// The code of what took its place, where it was merged.
    pub merged_into: Option<&'a str>,
}

/// Writes a revision and a row of the feed for each change.
pub async fn record(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    changes: &[Change],
    context: &Context,
) -> Result<(), DbErr> {
    let parties =
        PublicParties::find(transaction, engine, changes.iter().map(|change| &change.after), context.now).await?;
    let events = changes.iter().map(|change| Event {
        before: change.before.as_ref(),
        record: &change.after,
        revision: change.revision,
        action: action(change, context.now),
        was_public: parties.contains(&change.after),
        merged_into: None,
    });
    write(transaction, &events.collect::<Vec<_>>(), context).await
}

/// Writes a revision and a row of the feed for each event.
pub async fn write(transaction: &impl ConnectionTrait, events: &[Event<'_>], context: &Context) -> Result<(), DbErr> {
    for batch in events.chunks(ROWS) {
        let revisions = batch.iter().map(|event| revision_row(event, context)).collect::<Result<Vec<_>, _>>()?;
        let feed = batch.iter().map(|event| feed_row(event, context.now));
        revision::Entity::insert_many(revisions).exec_without_returning(transaction).await?;
        change_event::Entity::insert_many(feed).exec_without_returning(transaction).await?;
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

fn feed_row(event: &Event<'_>, now: Timestamp) -> change_event::ActiveModel {
    let (kind, code) = (event.record.kind(), event.record.code());
    let was_public = event.was_public || event.before.is_some_and(|before| is_public(before, now));
    let is_public_now = is_public(event.record, now);
    // What is hidden now is told by the address that everybody knew.
    let addressed = event.before.filter(|_| was_public && !is_public_now).unwrap_or(event.record);
    change_event::ActiveModel {
        id: NotSet,
        occurred_at: Set(now),
        kind: Set(kind.name().to_owned()),
        code: Set(code.to_owned()),
        action: Set(event.action),
        revision: Set(event.revision),
        path: Set(addressed.slug().map(|slug| path_of(kind, code, slug))),
        merged_into: Set(event.merged_into.map(str::to_owned)),
        was_visible: Set(was_public || is_public_now),
    }
}

/// What a change is called. Something scheduled is published when it is due, not when somebody schedules it.
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

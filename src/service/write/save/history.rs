//! What was: slugs that are given up, the revisions, and the feed.

use std::collections::HashMap;

use entity::choice::{ChangeAction, Status};
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use entity::{change, retired_slug, revision};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use super::{Change, rows, visible_from};
use crate::db::{Engine, Sql};
use crate::domain::path::path_of;
use crate::service::write::{Context, Record};

/// How many rows of history one statement carries: eight values each.
const ROWS: usize = 500;

/// Keeps the slugs that were given up, and lets go of those that somebody took back.
pub async fn retire_slugs(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut taken_back: HashMap<NodeKind, Vec<&str>> = HashMap::new();
    let mut retired = Vec::new();
    for change in changes {
        let before = change.before.as_ref().map_or(&[][..], |before| before.old_slugs());
        let after = change.after.old_slugs();
        for slug in before.iter().filter(|slug| !after.contains(slug)) {
            taken_back.entry(change.after.kind()).or_default().push(slug);
        }
        let new = after.iter().filter(|slug| !before.contains(slug));
        retired.extend(new.map(|slug| retired_row(change, slug, now)));
    }
    for (kind, slugs) in taken_back {
        let mut sql = Sql::new(engine, &format!("DELETE FROM retired_slug WHERE kind = '{kind}' AND slug"));
        sql.is_any_text(slugs);
        transaction.execute_raw(sql.into()).await?;
    }
    rows::insert::<retired_slug::Entity>(transaction, engine, retired).await
}

fn retired_row(change: &Change, slug: &str, now: Timestamp) -> retired_slug::Model {
    let kind = change.after.kind();
    let of = |other| (kind == other).then_some(change.id);
    retired_slug::Model {
        kind: kind.name().to_owned(),
        slug: slug.to_owned(),
        career_id: of(NodeKind::Career),
        course_id: of(NodeKind::Course),
        book_id: of(NodeKind::Book),
        topic_id: of(NodeKind::Topic),
        person_id: of(NodeKind::Person),
        organization_id: of(NodeKind::Organization),
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
    /// The code of what took its place, where it was merged.
    pub merged_into: Option<&'a str>,
}

/// Writes a revision and a row of the feed for each change.
pub async fn record(transaction: &impl ConnectionTrait, changes: &[Change], context: &Context) -> Result<(), DbErr> {
    let events = changes.iter().map(|change| Event {
        before: change.before.as_ref(),
        record: &change.after,
        revision: change.revision,
        action: action(change, context.now),
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
        change::Entity::insert_many(feed).exec_without_returning(transaction).await?;
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
        at: Set(context.now),
        actor: Set(context.actor.clone()),
        action: Set(event.action),
        state: Set(state),
    })
}

fn feed_row(event: &Event<'_>, now: Timestamp) -> change::ActiveModel {
    let (kind, code) = (event.record.kind(), event.record.code());
    change::ActiveModel {
        id: NotSet,
        at: Set(now),
        kind: Set(kind.name().to_owned()),
        code: Set(code.to_owned()),
        action: Set(event.action),
        revision: Set(event.revision),
        path: Set(event.record.slug().map(|slug| path_of(kind, code, slug))),
        merged_into: Set(event.merged_into.map(str::to_owned)),
        shown: Set(shown(event, now)),
    }
}

/// Whether everybody could see it before the change or after it. People and organizations show with their items.
fn shown(event: &Event<'_>, now: Timestamp) -> bool {
    let shows = |record: &Record| match record {
        Record::Person(_) | Record::Organization(_) => true,
        Record::ReadingList(list) => list.visible_from.is_some_and(|from| from <= now),
        Record::Career(_) | Record::Course(_) | Record::Book(_) | Record::Topic(_) => {
            visible_from(record).is_some_and(|from| from <= now)
        }
    };
    event.before.is_some_and(shows) || shows(event.record)
}

/// What a change is called. Something scheduled is published when it is due, not when somebody schedules it.
fn action(change: &Change, now: Timestamp) -> ChangeAction {
    let Some(before) = &change.before else { return ChangeAction::Created };
    let (Some(before_item), Some(after_item)) = (before.item(), change.after.item()) else {
        return ChangeAction::Updated;
    };
    let shows = |record| visible_from(record).is_some_and(|moment| moment <= now);
    match (before_item.status, after_item.status) {
        (before, after) if before == after => ChangeAction::Updated,
        (_, Status::Published) if shows(&change.after) => ChangeAction::Published,
        (_, Status::Published) => ChangeAction::Updated,
        (_, Status::Archived) => ChangeAction::Archived,
        (_, Status::Draft) => ChangeAction::Unpublished,
    }
}

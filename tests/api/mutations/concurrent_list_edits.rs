//! Fifty editors of one reading list at the same time.

use futures_util::future::join_all;
use serde_json::{Value, json};
use syllabus::service::write;

use crate::common::{Answer, TestApp, on_each_engine};
use crate::editor::{accepted, send, user_errors};
use crate::mutations::book_fixture::{LIST, assert_positions, book, book_app, fill, ids, titles};

/// The number of concurrent editors.
const EDITORS: usize = 50;
/// The number of entries added at the start, in addition to the existing two.
const ENTRIES: usize = 30;

/// Returns the mutation of an editor: an addition, a move and a removal alternate. Some mutations conflict with each
/// other.
fn step(editor: usize, entries: &[String]) -> (&'static str, Value) {
    let entry = |number: usize| entries[number % ENTRIES].clone();
    let beside = |number: usize| {
        if number.is_multiple_of(2) { json!({ "after": entry(number) }) } else { json!({ "end": "FIRST" }) }
    };
    match editor % 3 {
        0 => {
            let entries = [json!({ "resourceId": book(ENTRIES + editor / 2) })];
            ("readingListEntryAdd", json!({ "listId": LIST, "entries": entries, "placement": beside(editor) }))
        }
        1 => {
            let moved = [entry(editor), entry(editor + 7)];
            ("readingListEntryMove", json!({ "listId": LIST, "entryIds": moved, "placement": beside(editor * 5) }))
        }
        _ => ("readingListEntryRemove", json!({ "listId": LIST, "entryIds": [entry(editor / 2)] })),
    }
}

/// Returns by how many entries an accepted mutation changed the list; 0 if it was rejected with a user error.
fn gain(mutation: &str, answer: &Answer) -> Option<i64> {
    let refusals = user_errors(answer, mutation);
    if !refusals.is_empty() {
        let known = ["ALREADY_LISTED", "NOT_FOUND", "STALE_REVISION"];
        assert!(refusals.iter().all(|(code, _)| known.contains(&code.as_str())), "{refusals:?}");
        return None;
    }
    Some(match mutation {
        "readingListEntryAdd" => 1,
        "readingListEntryRemove" => -1,
        _ => 0,
    })
}

/// Sends the mutations of all editors concurrently, and checks that each was accepted or rejected, and the result.
async fn crowd(app: &TestApp, expected_revision: Option<i64>) -> (usize, usize) {
    let before = titles(app).await.len();
    let query =
        format!("{{ node(id: \"{LIST}\") {{ ... on ReadingList {{ entries(first: 100) {{ nodes {{ id }} }} }} }} }}");
    let list = app.data(&query).await["node"].clone();
    let nodes = list["entries"]["nodes"].as_array().into_iter().flatten();
    let entries: Vec<String> = nodes.map(|node| node["id"].as_str().unwrap_or_default().to_owned()).collect();
    let steps: Vec<(&str, Value)> = (0..EDITORS).map(|editor| step(editor, &entries)).collect();
    let answers = join_all(steps.iter().map(async |(mutation, input)| {
        let mut input = input.clone();
        input["expectedRevision"] = json!(expected_revision);
        send(app, mutation, input, "readingList { revision }").await
    }))
    .await;
    let gains: Vec<i64> =
        steps.iter().zip(&answers).filter_map(|((mutation, _), answer)| gain(mutation, answer)).collect();
    let after = titles(app).await;
    assert_eq!(i64::try_from(after.len()).ok(), i64::try_from(before).ok().map(|n| n + gains.iter().sum::<i64>()));
    let distinct: std::collections::BTreeSet<&String> = after.iter().collect();
    assert_eq!(distinct.len(), after.len(), "nothing is there twice");
    assert_positions(app).await;
    (gains.len(), EDITORS - gains.len())
}

#[test]
fn fifty_concurrent_editors_keep_positions_consecutive() {
    on_each_engine(async |store| {
        let app = book_app(store, ENTRIES + EDITORS).await;
        assert_eq!(ids(&accepted(&fill(&app, 0..ENTRIES).await, "readingListEntryAdd")).len(), ENTRIES);
        let (done, refused) = crowd(&app, None).await;
        assert_eq!(done + refused, EDITORS);
        assert!(done >= EDITORS / 2 && refused > 0, "{done} steps were taken, {refused} refused");
        println!("{store}: {done} of {EDITORS} steps were taken, {refused} refused");
    });
}

#[test]
fn one_of_fifty_concurrent_updates_succeeds() {
    on_each_engine(async |store| {
        let app = book_app(store, ENTRIES + EDITORS).await;
        fill(&app, 0..ENTRIES).await.data();
        assert_eq!(crowd(&app, Some(2)).await, (1, EDITORS - 1));
    });
}

#[test]
fn waiting_writers_do_not_block_readers_and_time_out() {
    on_each_engine(async |store| {
        let app = book_app(store, EDITORS).await;
        // Such a transaction may be idle for longer than the editors wait.
        let other = write::begin_long(&app.database).await.expect("no other write is running");
        let waiting = join_all((0..EDITORS).map(|number| {
            let input = json!({ "listId": LIST, "entries": [{ "resourceId": book(number) }] });
            send(&app, "readingListEntryAdd", input, "readingList { id }")
        }));
        let reading = async {
            for _ in 0..EDITORS {
                assert_eq!(titles(&app).await.len(), 2);
            }
        };
        let (answers, ()) = tokio::join!(waiting, reading);
        for answer in answers {
            assert_eq!(answer.error()["extensions"]["code"], "SERVICE_UNAVAILABLE", "{:#}", answer.body);
        }
        other.rollback().await.expect("it was open");
        accepted(&fill(&app, [0]).await, "readingListEntryAdd");
    });
}

//! After random changes, restoring a revision restores its state.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::editor::{send, user_errors};
use crate::mutations::book_fixture::{LIST, book, book_app};
use crate::mutations::restore::contents;

/// The number of random sequences for each record, on each engine.
const CASES: usize = 4;

/// The records, each with its possible changes: a mutation and its input.
fn things() -> Vec<(&'static str, Vec<(&'static str, Value)>)> {
    let updates = |mutation: &'static str, changes: Vec<Value>| changes.into_iter().map(|it| (mutation, it)).collect();
    vec![
        ("book_bkkqa2", updates("bookUpdate", books())),
        ("course_crsse2", updates("courseUpdate", courses())),
        ("career_cardw2", updates("careerUpdate", careers())),
        ("topic_tpcsq2", updates("topicUpdate", topics())),
        ("person_prsad2", updates("personUpdate", parties())),
        ("organization_rgnst2", updates("organizationUpdate", parties())),
        (LIST, lists()),
    ]
}

fn books() -> Vec<Value> {
    vec![
        json!({ "title": "SQL" }),
        json!({ "title": "SQL in a Week" }),
        json!({ "slug": "sql" }),
        json!({ "slug": "sql-in-a-week" }),
        json!({ "summary": "In seven days." }),
        json!({ "summary": null }),
        json!({ "description": "One.\n\nTwo.\n" }),
        json!({ "topicIds": [] }),
        json!({ "topicIds": ["topic_tpcdb2", "topic_tpcsq2"] }),
        json!({ "topicIds": ["topic_tpcsq2", "topic_tpcdb2"] }),
        json!({ "publisherId": null }),
        json!({ "publisherId": "organization_rgnst2" }),
        json!({ "contributors": [{ "personId": "person_prsad2", "role": "EDITOR" }] }),
        json!({ "isbn13": null, "externalId": "b-1" }),
        json!({ "timeRequired": "PT1H30M", "level": "ADVANCED", "language": "pt-BR" }),
        json!({ "revisedAt": "2025-04-11T00:00:00.25Z", "publicationYear": -300 }),
    ]
}

fn courses() -> Vec<Value> {
    vec![
        json!({ "syllabus": [{ "title": "Tables", "summary": "Rows." }, { "title": "Joins" }] }),
        json!({ "syllabus": [{ "title": "Joins" }] }),
        json!({ "syllabus": [] }),
        json!({ "price": { "amount": "49.90", "currency": "EUR" }, "isFree": false }),
        json!({ "price": null, "isFree": null }),
        json!({ "prerequisiteIds": [] }),
        json!({ "prerequisiteIds": ["course_crsfs2"] }),
        json!({ "instructorIds": ["person_prsad2"], "providerId": "organization_rgnst2" }),
        json!({ "instructorIds": [], "institutionId": "organization_rgnst2" }),
        json!({ "weeklyEffort": "PT5H30M", "url": "https://example.org/é" }),
    ]
}

fn careers() -> Vec<Value> {
    vec![
        json!({ "article": "# Data\n\nPipelines.\n" }),
        json!({ "article": "# Data\r\n\r\n![[course:first-steps]]" }),
        json!({ "article": null }),
        json!({ "occupationCode": "15-1243.00" }),
        json!({ "topicIds": ["topic_tpcsq2", "topic_tpcdb2"] }),
        json!({ "slug": "data" }),
        json!({ "title": "Data Plumber" }),
    ]
}

fn topics() -> Vec<Value> {
    vec![
        json!({ "aliases": ["Structured Query Language", "SEQUEL"] }),
        json!({ "aliases": ["SEQUEL"] }),
        json!({ "aliases": [] }),
        json!({ "parentId": null }),
        json!({ "parentId": "topic_tpcdb2" }),
        json!({ "relatedTopicIds": ["topic_tpcdb2"] }),
        json!({ "relatedTopicIds": [] }),
    ]
}

fn parties() -> Vec<Value> {
    vec![
        json!({ "name": "Another" }),
        json!({ "name": "A\u{301}" }),
        json!({ "slug": "another" }),
        json!({ "url": "https://example.org" }),
        json!({ "url": null }),
        json!({ "externalId": "x-1" }),
        json!({ "externalId": null }),
    ]
}

/// A change that an earlier one has already made is rejected and writes nothing.
fn lists() -> Vec<(&'static str, Value)> {
    let (first, second) = ("reading_list_entry_entry2", "reading_list_entry_entry3");
    let add = |number: usize| json!({ "entries": [{ "resourceId": book(number), "note": "New.", "role": "CORE" }] });
    vec![
        ("readingListUpdate", json!({ "title": "Read this" })),
        ("readingListUpdate", json!({ "title": null, "introduction": "*Slowly*." })),
        ("readingListEntryAdd", add(0)),
        ("readingListEntryAdd", add(1)),
        ("readingListEntryMove", json!({ "entryIds": [second], "placement": { "end": "FIRST" } })),
        ("readingListEntryMove", json!({ "entryIds": [second], "placement": { "end": "LAST" } })),
        ("readingListEntryRemove", json!({ "entryIds": [first] })),
        ("readingListEntryRemove", json!({ "entryIds": [second] })),
        ("readingListEntryUpdate", json!({ "id": first, "note": "Why.", "role": "ADVANCED" })),
        ("readingListEntryUpdate", json!({ "id": first, "note": null })),
    ]
}

#[test]
fn restoring_reverts_any_change() {
    on_each_engine(async |store| {
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        for (id, changes) in things() {
            let cases = (prop::collection::vec(prop::sample::select(changes), 1..6), any::<prop::sample::Index>());
            for _ in 0..CASES {
                let (changes, index) = cases.new_tree(&mut runner).expect("there are changes").current();
                store.clear().await;
                case(&book_app(store, 2).await, id, &changes, &index).await;
            }
        }
    });
}

async fn case(app: &TestApp, id: &str, changes: &[(&'static str, Value)], index: &prop::sample::Index) {
    for (mutation, change) in changes {
        let mut input = change.clone();
        let subject = if mutation.starts_with("readingListEntry") && *mutation != "readingListEntryUpdate" {
            "listId"
        } else {
            "id"
        };
        if input.get(subject).is_none() {
            input[subject] = json!(id);
        }
        let answer = send(app, mutation, input, "userErrors { code }").await;
        let refused = user_errors(&answer, mutation);
        let is_done =
            |(code, _): &(String, String)| id == LIST && ["ALREADY_LISTED", "NOT_FOUND"].contains(&code.as_str());
        assert!(refused.iter().all(is_done), "{mutation} {change}: {refused:?}");
    }
    let before = states(app, id).await;
    let place = index.index(before.len());
    let wanted = before[place].clone();
    let input = json!({ "id": id, "revision": before.len() - place });
    let answer = send(app, "revisionRestore", input, "node { id }").await;
    assert_eq!(user_errors(&answer, "revisionRestore"), []);
    assert_eq!(states(app, id).await[0], wanted, "after {changes:#?}");
    // Former addresses still lead to it.
    let slugs: BTreeSet<_> = before.iter().filter_map(|state| state["slug"].as_str()).collect();
    for slug in slugs {
        let (kind, code) = id.split_once('_').expect("a kind and a code");
        let found = app.data(&format!("{{ {kind}(by: {{ slug: \"{slug}\" }}) {{ code }} }}")).await;
        assert_eq!(found[kind]["code"], code, "{slug} after {changes:#?}");
    }
}

/// Returns the stored states without the codes of entries, because a new entry for the same resource keeps its code.
async fn states(app: &TestApp, id: &str) -> Vec<Value> {
    let mut states = contents(app, id).await;
    for entry in states.iter_mut().filter_map(|state| state["entries"].as_array_mut()).flatten() {
        entry.as_object_mut().expect("an object").shift_remove("code");
    }
    states
}

//! Whatever was done to something, restoring a revision gives its state back.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::desk::{desk, send, written};
use crate::restore::contents;

/// A change of the one book: which field, and which of its values.
fn change() -> impl Strategy<Value = Value> {
    let values = vec![
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
    ];
    prop::sample::select(values)
}

#[test]
fn restoring_gives_the_old_state_back_whatever_was_done() {
    on_each_engine(async |store| {
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let cases = (prop::collection::vec(change(), 1..6), any::<prop::sample::Index>());
        for _ in 0..6 {
            let (changes, index) = cases.new_tree(&mut runner).expect("there are changes").current();
            store.clear().await;
            case(&desk(store).await, &changes, &index).await;
        }
    });
}

async fn case(app: &TestApp, changes: &[Value], index: &prop::sample::Index) {
    for change in changes {
        let mut input = change.clone();
        input["id"] = json!("book_bkkqa2");
        written(&send(app, "bookUpdate", input, "book { id }").await, "bookUpdate");
    }
    let before = contents(app, "book_bkkqa2").await;
    let place = index.index(before.len());
    let wanted = before[place].clone();
    let input = json!({ "id": "book_bkkqa2", "revision": before.len() - place });
    written(&send(app, "revisionRestore", input, "node { id }").await, "revisionRestore");
    assert_eq!(contents(app, "book_bkkqa2").await[0], wanted, "after {changes:#?}");
    // What led to it once still does.
    let slugs: BTreeSet<_> = before.iter().map(|state| state["slug"].to_string()).collect();
    for slug in slugs {
        let found = app.data(&format!("{{ book(by: {{ slug: {slug} }}) {{ code }} }}")).await;
        assert_eq!(found["book"]["code"], "bkkqa2", "{slug} after {changes:#?}");
    }
    // A topic below another would be in the way of clearing the store.
    let root = json!({ "id": "topic_tpcsq2", "parentId": null });
    written(&send(app, "topicUpdate", root, "topic { id }").await, "topicUpdate");
}

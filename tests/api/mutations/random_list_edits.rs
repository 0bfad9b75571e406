//! Random mutations of a reading list have the same result as the same operations on a `Vec`.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::editor::{send, user_errors};
use crate::mutations::book_fixture::{LIST, assert_positions, book, book_app};

/// The number of random sequences on each engine.
const CASES: usize = 5;

/// The number of books.
const BOOKS: usize = 40;

#[derive(Clone, Debug)]
enum Place {
    First,
    Last,
    Before(Index),
    After(Index),
}

/// One mutation. Indices are random fractions of the current length of the list.
#[derive(Clone, Debug)]
enum Step {
    Add(usize, Place),
    Move(Vec<Index>, Place),
    Remove(Vec<Index>),
}

fn places() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::First),
        Just(Place::Last),
        any::<Index>().prop_map(Place::Before),
        any::<Index>().prop_map(Place::After),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (1_usize..4, places()).prop_map(|(count, place)| Step::Add(count, place)),
        2 => (prop::collection::vec(any::<Index>(), 1..5), places()).prop_map(|(moved, place)| Step::Move(moved, place)),
        1 => prop::collection::vec(any::<Index>(), 1..3).prop_map(Step::Remove),
    ]
}

/// Returns the ids of the entries and of their resources, in order.
async fn listed(app: &TestApp) -> Vec<(String, String)> {
    let query = format!(
        "{{ node(id: \"{LIST}\") {{ ... on ReadingList {{ entries(first: 100) {{ nodes {{ id position resource {{ id }} }} }} }} }} }}"
    );
    let data = app.data(&query).await;
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let nodes = data["node"]["entries"]["nodes"].as_array().expect("a list").clone();
    assert!(nodes.iter().zip(1..).all(|(node, position)| node["position"] == json!(position)), "{nodes:#?}");
    nodes.iter().map(|node| (text(&node["id"]), text(&node["resource"]["id"]))).collect()
}

/// Inserts elements next to the anchor, which can itself be one of the removed elements.
fn put(list: &[String], goes_in: &[String], at: usize) -> Vec<String> {
    let stay = |part: &[String]| part.iter().filter(|one| !goes_in.contains(one)).cloned().collect::<Vec<_>>();
    [stay(&list[..at]), goes_in.to_vec(), stay(&list[at..])].concat()
}

#[test]
fn random_edits_match_a_simple_list() {
    on_each_engine(async |store| {
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let cases = prop::collection::vec(steps(), 1..10);
        for _ in 0..CASES {
            let steps = cases.new_tree(&mut runner).expect("there are steps").current();
            store.clear().await;
            case(&book_app(store, BOOKS).await, &steps).await;
        }
    });
}

async fn case(app: &TestApp, steps: &[Step]) {
    let mut next = 0..BOOKS;
    let mut simple: Vec<String> = listed(app).await.into_iter().map(|(_, resource)| resource).collect();
    for step in steps {
        let entries: Vec<String> = listed(app).await.into_iter().map(|(id, _)| id).collect();
        let length = simple.len();
        let place = |place: &Place| match place {
            Place::Before(index) if length > 0 => {
                (index.index(length), json!({ "before": entries[index.index(length)] }))
            }
            Place::After(index) if length > 0 => {
                (index.index(length) + 1, json!({ "after": entries[index.index(length)] }))
            }
            Place::First => (0, json!({ "end": "FIRST" })),
            _ => (length, json!({ "end": "LAST" })),
        };
        // Each once, even if it was drawn several times.
        let drawn = |indices: &[Index]| {
            (0..length).filter(|at| indices.iter().any(|index| index.index(length) == *at)).collect::<Vec<_>>()
        };
        let ids = |at: &[usize]| at.iter().rev().map(|at| entries[*at].clone()).collect::<Vec<_>>();
        let resources = |at: &[usize]| at.iter().map(|at| simple[*at].clone()).collect::<Vec<_>>();
        let (mutation, input) = match step {
            Step::Add(count, anchor) => {
                let new: Vec<String> = next.by_ref().take(*count).map(book).collect();
                let (at, place) = place(anchor);
                simple = put(&simple, &new, at);
                let given: Vec<Value> = new.iter().map(|id| json!({ "resourceId": id })).collect();
                ("readingListEntryAdd", json!({ "listId": LIST, "entries": given, "placement": place }))
            }
            Step::Move(moved, anchor) if length > 0 => {
                let (moved, (at, place)) = (drawn(moved), place(anchor));
                let input = json!({ "listId": LIST, "entryIds": ids(&moved), "placement": place });
                simple = put(&simple, &resources(&moved), at);
                ("readingListEntryMove", input)
            }
            Step::Remove(gone) if length > 0 => {
                let gone = drawn(gone);
                let input = json!({ "listId": LIST, "entryIds": ids(&gone) });
                let left = |at: &usize| !gone.contains(at);
                simple = resources(&(0..length).filter(left).collect::<Vec<_>>());
                ("readingListEntryRemove", input)
            }
            Step::Move(..) | Step::Remove(_) => continue,
        };
        let answer = send(app, mutation, input, "readingList { id }").await;
        assert_eq!(user_errors(&answer, mutation), [], "{step:?}");
        let now: Vec<String> = listed(app).await.into_iter().map(|(_, resource)| resource).collect();
        assert_eq!(now, simple, "after {step:?} of {steps:#?}");
    }
    assert_positions(app).await;
}

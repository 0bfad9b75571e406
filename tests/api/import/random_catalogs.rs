//! The export of a random catalog can be imported into an empty one, whose export is the same.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use super::harness::{accept, exported};
use crate::common::{Lines, on_each_engine};

/// The number of random catalogs for each engine.
const CASES: usize = 24;
/// The number of records of each kind.
const COUNT: usize = 3;

/// A text that is not blank, in any script.
fn text() -> impl Strategy<Value = String> {
    "\\PC{1,24}".prop_filter("blank", |text| !text.trim().is_empty())
}

/// Some slugs of a kind, in any order.
fn some_of(kind: &'static str) -> impl Strategy<Value = Vec<String>> {
    let slugs: Vec<String> = (0..COUNT).map(|number| format!("{kind}-{number}")).collect();
    subsequence(slugs, 0..=COUNT).prop_shuffle()
}

fn date() -> impl Strategy<Value = String> {
    (2000..2040, 1..13, 1..29, 0..1_000_000)
        .prop_map(|(year, month, day, micros)| format!("{year}-{month:02}-{day:02}T00:00:00.{micros:06}Z"))
}

/// Returns a record with the common fields of all items, without nulls.
fn item(kind: &'static str) -> impl Strategy<Value = Map<String, Value>> {
    let status = prop::sample::select(vec!["draft", "published", "archived"]);
    let fields = (text(), option::of(text()), option::of(status), option::of(date()), option::of(date()));
    fields.prop_map(move |(title, summary, status, published, revised)| {
        let mut record = Map::new();
        record.insert("kind".to_owned(), json!(kind));
        record.insert("title".to_owned(), json!(title));
        record.extend([
            ("summary".to_owned(), json!(summary)),
            ("status".to_owned(), json!(status.unwrap_or("published"))),
            ("publishedAt".to_owned(), json!(published)),
            ("revisedAt".to_owned(), json!(revised)),
        ]);
        record
    })
}

fn with(record: Map<String, Value>, more: Value) -> Value {
    let mut record = Value::Object(record);
    if let (Some(record), Value::Object(more)) = (record.as_object_mut(), more) {
        record.extend(more);
        record.retain(|_, value| !value.is_null());
    }
    record
}

fn topic() -> impl Strategy<Value = Value> {
    let aliases = vec(text(), 0..3).prop_filter("twice", |all| all.len() < 2 || all[0].trim() != all[1].trim());
    (item("topic"), aliases).prop_map(|(item, aliases)| with(item, json!({ "aliases": aliases })))
}

fn book() -> impl Strategy<Value = Value> {
    let resource =
        (option::of(text()), option::of(-3000..2027i32), option::of(1..50_000i32), option::of(0..100_000i64));
    (item("book"), some_of("person"), some_of("topic"), resource).prop_map(
        |(item, authors, topics, (description, year, pages, seconds))| {
            let time = seconds.map(|seconds| format!("PT{seconds}S"));
            let more = json!({
                "authors": authors, "topics": topics, "description": description, "publicationYear": year,
                "pageCount": pages, "timeRequired": time,
            });
            with(item, more)
        },
    )
}

fn course() -> impl Strategy<Value = Value> {
    let parts = (some_of("topic"), vec(text(), 0..4), option::of(any::<bool>()), option::of(0..10_000_000i64));
    (item("course"), parts).prop_map(|(item, (topics, syllabus, free, cents))| {
        let syllabus: Vec<Value> = syllabus.into_iter().map(|title| json!({ "title": title })).collect();
        let price =
            cents.map(|cents| json!({ "amount": format!("{}.{:02}", cents / 100, cents % 100), "currency": "EUR" }));
        with(item, json!({ "topics": topics, "syllabus": syllabus, "isFree": free, "price": price }))
    })
}

fn career() -> impl Strategy<Value = Value> {
    (item("career"), option::of(text()), some_of("topic"))
        .prop_map(|(item, article, topics)| with(item, json!({ "article": article, "topics": topics })))
}

fn list() -> impl Strategy<Value = Value> {
    let role = option::of(prop::sample::select(vec!["introductory", "core", "reference", "advanced"]));
    (some_of("book"), some_of("course"), option::of(text()), vec((option::of(text()), role), 2 * COUNT)).prop_map(
        |(books, courses, title, said)| {
            let targets = books.into_iter().map(|slug| ("book", slug));
            let targets = targets.chain(courses.into_iter().map(|slug| ("course", slug)));
            let entries = targets.zip(said).map(|((kind, slug), (note, role))| {
                with(Map::new(), json!({ "kind": kind, "slug": slug, "note": note, "role": role }))
            });
            let entries: Vec<Value> = entries.collect();
            with(Map::new(), json!({ "kind": "readingList", "title": title, "entries": entries }))
        },
    )
}

/// A catalog with a few records of each kind and random relations.
fn catalog() -> impl Strategy<Value = Lines> {
    let numbered = |kind: &'static str, records: Vec<Value>| {
        let slug = move |(number, mut record): (usize, Value)| {
            record["slug"] = json!(format!("{kind}-{number}"));
            record
        };
        records.into_iter().enumerate().map(slug).collect::<Vec<_>>()
    };
    let person = text().prop_map(|name| json!({ "kind": "person", "name": name }));
    let records = (
        vec(topic(), COUNT),
        vec(person, COUNT),
        vec(book(), COUNT),
        vec(course(), COUNT),
        vec(career(), COUNT),
        vec(list(), COUNT),
    );
    records.prop_map(move |(topics, people, books, courses, careers, lists)| {
        let lists = lists.into_iter().enumerate().map(|(number, mut list)| {
            list["owner"] = json!({ "kind": "career", "slug": format!("career-{number}") });
            list
        });
        let kinds = [("topic", topics), ("person", people), ("book", books), ("course", courses), ("career", careers)];
        kinds.into_iter().flat_map(|(kind, records)| numbered(kind, records)).chain(lists).collect()
    })
}

#[test]
fn random_catalogs_round_trip() {
    on_each_engine(async |store| {
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        for _ in 0..CASES {
            let lines = catalog().new_tree(&mut runner).expect("there are catalogs").current();
            store.clear().await;
            accept(&store.database, lines.text()).await;
            let export = exported(&store.database).await;
            store.clear().await;
            accept(&store.database, &export).await;
            assert_eq!(exported(&store.database).await, export, "{}", lines.text());
        }
    });
}

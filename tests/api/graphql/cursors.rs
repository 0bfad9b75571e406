//! Pagination: forward and backward, in every order of every root list, with ties and nulls, each row appears exactly
//! once, even if rows are added or removed between the pages.

use std::collections::BTreeMap;
use std::ops::Range;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::common::{Lines, Store, TestApp, on_each_engine};

/// An order: the list, and the value of `orderBy`.
#[derive(Clone, Debug)]
struct Sort {
    list: &'static str,
    order_by: String,
}

const FIELDS: [(&str, &[&str]); 6] = [
    ("careers", &["TITLE", "CREATED_AT", "UPDATED_AT", "PUBLISHED_AT"]),
    ("courses", &["TITLE", "TIME_REQUIRED", "CREATED_AT", "UPDATED_AT", "PUBLISHED_AT", "RECOMMENDATIONS"]),
    ("books", &["TITLE", "PUBLICATION_YEAR", "CREATED_AT", "UPDATED_AT", "PUBLISHED_AT", "RECOMMENDATIONS"]),
    ("topics", &["TITLE", "CREATED_AT", "UPDATED_AT", "PUBLISHED_AT"]),
    ("people", &["NAME", "CREATED_AT", "UPDATED_AT"]),
    ("organizations", &["NAME", "CREATED_AT", "UPDATED_AT"]),
];

/// Each field in both directions, and with the first field as second one.
fn sorts() -> Vec<Sort> {
    let mut sorts = Vec::new();
    for (list, fields) in FIELDS {
        for field in fields {
            for direction in ["ASC", "DESC"] {
                let first = format!("{{ field: {field}, direction: {direction} }}");
                sorts.push(Sort { list, order_by: format!("[{first}]") });
                if *field != fields[0] && direction == "ASC" {
                    sorts.push(Sort {
                        list,
                        order_by: format!("[{first}, {{ field: {}, direction: DESC }}]", fields[0]),
                    });
                }
            }
        }
    }
    sorts
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Forward,
    Backward,
}

/// Reads one page. Returns its slugs, and the cursor for the next page if there is one.
async fn page(app: &TestApp, sort: &Sort, way: Way, size: usize, from: Option<&str>) -> (Vec<String>, Option<String>) {
    let Sort { list, order_by } = sort;
    let (count, bound, more, end) = match way {
        Way::Forward => ("first", "after", "hasNextPage", "endCursor"),
        Way::Backward => ("last", "before", "hasPreviousPage", "startCursor"),
    };
    let query = format!(
        "query ($from: String) {{ {list}({count}: {size}, {bound}: $from, orderBy: {order_by}) \
         {{ nodes {{ slug }} pageInfo {{ {more} {end} }} }} }}"
    );
    let data = &app.ask_with(&query, json!({ "from": from })).await.data()[*list];
    let mut slugs: Vec<String> = data["nodes"].as_array().into_iter().flatten().map(slug).collect();
    if way == Way::Backward {
        slugs.reverse();
    }
    let has_more = data["pageInfo"][more].as_bool().expect("it says so");
    let end = data["pageInfo"][end].as_str().map(str::to_owned);
    (slugs, end.filter(|_| has_more))
}

fn slug(node: &Value) -> String {
    node["slug"].as_str().expect("it has one").to_owned()
}

/// Returns all slugs in the order of the pages.
async fn walk(app: &TestApp, sort: &Sort, way: Way, size: usize) -> Vec<String> {
    let (mut met, mut from) = page(app, sort, way, size, None).await;
    while let Some(cursor) = from {
        let (slugs, next) = page(app, sort, way, size, Some(&cursor)).await;
        met.extend(slugs);
        from = next;
    }
    met
}

/// A record of each kind, with few different sort values, so that there are ties and nulls.
#[derive(Clone, Debug)]
struct Row {
    name: usize,
    year: Option<i32>,
    hours: Option<u8>,
    published: u8,
    is_listed: bool,
}

fn row() -> impl Strategy<Value = Row> {
    let values = (0..4_usize, prop::option::of(2000..2003_i32), prop::option::of(1..3_u8), 1..4_u8, any::<bool>());
    values.prop_map(|(name, year, hours, published, is_listed)| Row { name, year, hours, published, is_listed })
}

impl Row {
    /// Returns its records. If the titles, years and all other values are equal, only the slug distinguishes the rows.
    fn records(&self, slug: &str) -> Lines {
        let name = ["Alpha", "alpha", "Álpha", "Beta"][self.name];
        let published = format!("2025-01-0{}T00:00:00Z", self.published);
        let hours = self.hours.map(|hours| format!("PT{hours}H"));
        let entries = if self.is_listed {
            vec![json!({ "kind": "book", "slug": slug }), json!({ "kind": "course", "slug": slug })]
        } else {
            vec![]
        };
        Lines::from([
            json!({ "kind": "person", "slug": slug, "name": name }),
            json!({ "kind": "organization", "slug": slug, "name": name }),
            json!({ "kind": "topic", "slug": slug, "title": name, "publishedAt": published }),
            json!({ "kind": "career", "slug": slug, "title": name, "publishedAt": published }),
            json!({ "kind": "book", "slug": slug, "title": name, "publishedAt": published, "publicationYear": self.year, "authors": [slug], "publisher": slug }),
            json!({ "kind": "course", "slug": slug, "title": name, "publishedAt": published, "timeRequired": hours }),
            // On the list of a topic that remains, so that removing the row changes no other recommendations.
            json!({ "kind": "topic", "slug": format!("shelf-of-{slug}"), "title": name, "publishedAt": published }),
            json!({ "kind": "readingList", "owner": { "kind": "topic", "slug": format!("shelf-of-{slug}") }, "entries": entries }),
        ])
    }
}

/// Removes a row from every list. People and organizations are removed with their last book.
async fn withdraw(app: &TestApp, slug: &str) {
    let records =
        ["topic", "career", "book", "course"].map(|kind| json!({ "kind": kind, "slug": slug, "status": "archived" }));
    app.import(records).await;
}

/// Returns an application over a catalog of these rows, the second half of which was created a day later.
async fn stocked(store: &Store, rows: &[Row]) -> TestApp {
    store.clear().await;
    let app = TestApp::new(store);
    let later = app.at(LATER);
    let records =
        |numbers: Range<usize>| Lines::joined(numbers.map(|number| rows[number].records(&format!("s{number}"))));
    app.import(records(0..rows.len() / 2)).await;
    later.import(records(rows.len() / 2..rows.len())).await;
    later
}

const LATER: &str = "2026-01-16T12:00:00Z";
const LATER_STILL: &str = "2026-01-17T12:00:00Z";

/// Tests a property on each engine with the same cases in every run, and shrinks failing cases.
#[expect(clippy::needless_pass_by_value, reason = "it reads better where a property is written on the spot")]
fn holds<S: Strategy>(cases: u32, strategy: &S, property: impl AsyncFn(&Store, S::Value)) {
    on_each_engine(async |store| {
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let outcome = runner.run(strategy, |value| {
            // The runner's cases are synchronous.
            block_in_place(|| Handle::current().block_on(property(store, value)));
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
    });
}

#[test]
fn pagination_returns_each_row_once_in_order() {
    let case = (prop::collection::vec(row(), 4..9), 1..8_usize);
    holds(2, &case, async |store, (rows, size)| {
        let app = stocked(store, &rows).await;
        for sort in sorts() {
            let (whole, _) = page(&app, &sort, Way::Forward, 100, None).await;
            let expected = if sort.list == "topics" { rows.len() * 2 } else { rows.len() };
            assert_eq!(whole.len(), expected, "{sort:?}");
            assert_eq!(walk(&app, &sort, Way::Forward, size).await, whole, "{sort:?}");
            let mut back = walk(&app, &sort, Way::Backward, size).await;
            back.reverse();
            assert_eq!(back, whole, "{sort:?} backward");
        }
    });
}

#[test]
fn pagination_is_stable_under_concurrent_changes() {
    let rows = prop::collection::vec((row(), any::<bool>()), 4..8);
    let newcomers = prop::collection::vec(row(), 3);
    let way = prop_oneof![Just(Way::Forward), Just(Way::Backward)];
    let case = (rows, newcomers, prop::sample::select(sorts()), way, 1..4_usize);
    holds(12, &case, async |store, (rows, newcomers, sort, way, size)| {
        let (rows, stays): (Vec<Row>, Vec<bool>) = rows.into_iter().unzip();
        let app = stocked(store, &rows).await;
        let of_all = |which: bool| {
            (0..stays.len())
                .filter(|number| stays[*number] == which)
                .map(|number| format!("s{number}"))
                .collect::<Vec<_>>()
        };
        let (mut leaving, mut coming) = (of_all(false).into_iter(), newcomers.iter().enumerate());
        let (mut met, mut from) = page(&app, &sort, way, size, None).await;
        while let Some(cursor) = from {
            if let Some(slug) = leaving.next() {
                withdraw(&app, &slug).await;
            }
            if let Some((number, newcomer)) = coming.next() {
                app.at(LATER_STILL).import(newcomer.records(&format!("new{number}"))).await;
            }
            let (slugs, next) = page(&app, &sort, way, size, Some(&cursor)).await;
            met.extend(slugs);
            from = next;
        }
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for slug in &met {
            *times.entry(slug).or_default() += 1;
        }
        assert!(times.values().all(|times| *times == 1), "{times:?}");
        for slug in of_all(true) {
            assert!(times.contains_key(slug.as_str()), "{slug} stayed and was not met: {met:?}");
        }
    });
}

#[test]
fn nulls_are_last_in_both_directions() {
    on_each_engine(async |store| {
        let row = |year| Row { name: 0, year, hours: None, published: 1, is_listed: false };
        let app = stocked(store, &[None, Some(2001), None, Some(2000)].map(row)).await;
        for (direction, expected) in
            [("ASC", json!([2000, 2001, null, null])), ("DESC", json!([2001, 2000, null, null]))]
        {
            let query = format!(
                "{{ books(orderBy: [{{ field: PUBLICATION_YEAR, direction: {direction} }}]) {{ nodes {{ publicationYear }} }} }}"
            );
            let data = app.data(&query).await;
            let years: Value = data["books"]["nodes"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|book| book["publicationYear"].clone())
                .collect();
            assert_eq!(years, expected, "{direction}");
        }
    });
}

#[test]
fn pages_can_lie_between_two_cursors() {
    on_each_engine(async |store| {
        let row = Row { name: 0, year: None, hours: None, published: 1, is_listed: false };
        let app = stocked(store, &vec![row; 6]).await;
        let data = app.data("{ books { edges { cursor } } }").await;
        let cursor = |number: usize| data["books"]["edges"][number]["cursor"].clone();
        let query = "query ($first: Int, $last: Int, $after: String, $before: String) {
            books(first: $first, last: $last, after: $after, before: $before) {
                nodes { slug } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            }
        }";
        let between = |first: Option<u8>, last: Option<u8>| json!({ "first": first, "last": last, "after": cursor(0), "before": cursor(4) });
        let page = async |variables: Value| app.ask_with(query, variables).await.data()["books"].clone();
        let slugs = |page: &Value| page["nodes"].as_array().into_iter().flatten().map(slug).collect::<Vec<_>>();
        assert_eq!(slugs(&page(between(None, None)).await), ["s1", "s2", "s3"]);
        assert_eq!(slugs(&page(between(Some(2), None)).await), ["s1", "s2"]);
        assert_eq!(slugs(&page(between(None, Some(2))).await), ["s2", "s3"]);
        let empty = page(json!({ "first": 3, "after": cursor(5) })).await;
        let echo =
            json!({ "hasNextPage": false, "hasPreviousPage": true, "startCursor": null, "endCursor": cursor(5) });
        assert_eq!(empty, json!({ "nodes": [], "pageInfo": echo }));
    });
}

//! Learning paths for readers who know some of the resources.

use serde_json::{Value, json};

use crate::common::{Lines, TestApp, on_each_engine};

/// Analysis requires Algebra, which requires Arithmetic, which requires Counting. Only Analysis and Arithmetic are on
/// the list.
fn records() -> Lines {
    let course = |slug: &str, code: &str, hours: u32, prerequisites: Value| {
        json!({
            "kind": "course", "slug": slug, "code": code, "title": slug, "timeRequired": format!("PT{hours}H"),
            "prerequisites": prerequisites,
        })
    };
    let entries = json!([
        { "kind": "course", "slug": "analysis" },
        { "kind": "book", "slug": "proofs", "note": "Slowly." },
        { "kind": "course", "slug": "arithmetic" },
    ]);
    Lines::from([
        course("counting", "crscc2", 1, json!([])),
        course("arithmetic", "crsrr2", 2, json!(["counting"])),
        course("algebra", "crsgg2", 4, json!(["arithmetic"])),
        course("analysis", "crsnn2", 8, json!(["algebra"])),
        json!({ "kind": "book", "slug": "proofs", "code": "bkkpp2", "title": "Proofs", "timeRequired": "PT16H" }),
        json!({ "kind": "book", "slug": "secret", "code": "bkkss2", "title": "Secret", "status": "draft" }),
        json!({ "kind": "topic", "slug": "mathematics", "code": "tpcmm2", "title": "Mathematics" }),
        json!({ "kind": "readingList", "owner": { "kind": "topic", "slug": "mathematics" }, "entries": entries }),
    ])
}

const QUERY: &str =
    "query ($known: [ID!]) { topic(by: { code: \"tpcmm2\" }) { learningPath(weeklyEffort: \"PT1H\", known: $known) {
    totalDuration calendarDuration resourceCount unlistedPrerequisites { slug }
    stages { steps { resource { slug } entry { position } requiredBy { slug } } }
} } }";

/// Returns the steps for a reader: each a slug, the position of its entry, and the courses that require it.
async fn steps(app: &TestApp, known: Value) -> Vec<(String, Value, Vec<String>)> {
    let path = path(app, known).await;
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    let steps = path["stages"].as_array().expect("it is a list").iter().filter_map(|stage| stage["steps"].as_array());
    let step = |step: &Value| {
        let required_by = step["requiredBy"].as_array().expect("it is a list").iter().map(|it| text(&it["slug"]));
        (text(&step["resource"]["slug"]), step["entry"]["position"].clone(), required_by.collect())
    };
    steps.flatten().map(step).collect()
}

async fn path(app: &TestApp, known: Value) -> Value {
    app.ask_with(QUERY, json!({ "known": known })).await.data()["topic"]["learningPath"].take()
}

fn step(slug: &str, position: impl Into<Value>, required_by: &[&str]) -> (String, Value, Vec<String>) {
    (slug.to_owned(), position.into(), required_by.iter().map(ToString::to_string).collect())
}

#[test]
fn known_courses_are_omitted_with_their_own_prerequisites() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, records()).await;
        let everything = [
            step("counting", Value::Null, &["arithmetic"]),
            step("proofs", 2, &[]),
            step("arithmetic", 3, &["algebra"]),
            step("algebra", Value::Null, &["analysis"]),
            step("analysis", 1, &[]),
        ];
        assert_eq!(steps(&app, Value::Null).await, everything);
        // Arithmetic is on the list for its own sake.
        let without_algebra = [
            step("counting", Value::Null, &["arithmetic"]),
            step("analysis", 1, &[]),
            step("proofs", 2, &[]),
            step("arithmetic", 3, &[]),
        ];
        let mut found = steps(&app, json!(["course_crsgg2"])).await;
        found.sort_by_key(|(slug, ..)| without_algebra.iter().position(|(other, ..)| other == slug));
        assert_eq!(found, without_algebra);
        let without_arithmetic =
            [step("algebra", Value::Null, &["analysis"]), step("analysis", 1, &[]), step("proofs", 2, &[])];
        assert_eq!(steps(&app, json!(["course_crsrr2"])).await, without_arithmetic);
        assert_eq!(
            steps(&app, json!(["course_crsrr2", "course_crsnn2"])).await,
            [step("proofs", 2, &[])],
            "nothing else requires Algebra"
        );
        let nothing: [(String, Value, Vec<String>); 0] = [];
        assert_eq!(steps(&app, json!(["course_crsrr2", "book_bkkpp2", "course_crsnn2"])).await, nothing);
    });
}

#[test]
fn times_and_counts_exclude_known_resources() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, records()).await;
        let path = path(&app, json!(["course_crsrr2", "book_bkkpp2"])).await;
        let expected = json!({
            "totalDuration": "PT12H", "calendarDuration": "PT2016H", "resourceCount": 2,
            "unlistedPrerequisites": [{ "slug": "algebra" }], "stages": path["stages"],
        });
        assert_eq!(path, expected);
    });
}

#[test]
fn other_ids_are_ignored_and_cost_no_statement() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, records()).await;
        let everything = app.ask(QUERY).await;
        for known in [
            json!([]),
            json!(["course_zzzzzz", "book_crsgg2", "topic_tpcmm2", "person_crsgg2"]),
            // The response must not tell that a draft exists.
            json!(["book_bkkss2"]),
        ] {
            let answer = app.ask_with(QUERY, json!({ "known": known })).await;
            assert_eq!(answer.data(), everything.data(), "{known}");
            assert_eq!(answer.statements, everything.statements);
        }
        let twice = app.ask_with(QUERY, json!({ "known": vec!["course_crsgg2"; 500] })).await;
        let once = app.ask_with(QUERY, json!({ "known": ["course_crsgg2"] })).await;
        assert_eq!(twice.data(), once.data());
        assert_eq!(once.statements, everything.statements);
    });
}

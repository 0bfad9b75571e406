//! `catalogImport`: many records in one request.

use serde_json::{Value, json};
use syllabus::auth::Role;
use syllabus::db::Sql;

use crate::common::{Answer, TestApp, on_each_engine};
use crate::editor::{accepted, editor_app, send, user_errors};

pub const IMPORT: &str = "catalogImport";
const ANSWER: &str = "wasReplayed userErrorCount counts { kind created updated unchanged rejected } \
     records { index action kind id differences { field before after } } \
     skippedEntries { index kind slug rejectedIndex }";

pub async fn import(app: &TestApp, input: Value) -> Answer {
    send(app, IMPORT, input, ANSWER).await
}

/// Returns the result of each record: index, action, id.
pub fn records(payload: &Value) -> Vec<(i64, String, Option<String>)> {
    let records = payload["records"].as_array().expect("there is a list");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let index = |record: &Value| record["index"].as_i64().expect("it is a number");
    records.iter().map(|one| (index(one), text(&one["action"]).unwrap_or_default(), text(&one["id"]))).collect()
}

fn became(index: i64, action: &str, id: Option<&str>) -> (i64, String, Option<String>) {
    (index, action.to_owned(), id.map(str::to_owned))
}

async fn is_there(app: &TestApp, topic: &str) -> bool {
    let answer = app.ask(&format!("{{ topic(by: {{ slug: {topic:?} }}) {{ id }} }}")).await;
    answer.data()["topic"] != Value::Null
}

#[test]
fn records_are_created_updated_or_unchanged() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({ "records": [
            { "kind": "topic", "slug": "graphs", "code": "tpcgr2", "title": "Graphs", "parent": "trees" },
            { "kind": "book", "slug": "sql-in-a-week", "subtitle": "Slowly" },
            { "kind": "topic", "slug": "trees", "code": "tpctr2", "title": "Trees" },
            { "kind": "career", "slug": "data-engineer", "title": "Data Engineer" },
            { "kind": "course", "slug": "third-steps", "code": "crsth2", "title": "Third", "instructors": ["Grace Hopper"] },
        ] });
        let answer = send(
            &app,
            IMPORT,
            input.clone(),
            &format!("{ANSWER} full: records {{ node {{ id ... on Book {{ subtitle }} }} }}"),
        )
        .await;
        let payload = accepted(&answer, IMPORT);
        let mut became_of = records(&payload);
        let person = became_of.pop().expect("a person was made");
        assert_eq!(
            became_of,
            [
                became(0, "CREATED", Some("topic_tpcgr2")),
                became(1, "UPDATED", Some("book_bkkqa2")),
                became(2, "CREATED", Some("topic_tpctr2")),
                became(3, "UNCHANGED", Some("career_cardw2")),
                became(4, "CREATED", Some("course_crsth2")),
            ]
        );
        assert_eq!((person.0, person.1.as_str()), (4, "CREATED"), "the instructor follows the course");
        assert_eq!(payload["full"][1], json!({ "node": { "id": "book_bkkqa2", "subtitle": "Slowly" } }));
        assert_eq!(
            payload["counts"],
            json!([
                { "kind": "TOPIC", "created": 2, "updated": 0, "unchanged": 0, "rejected": 0 },
                { "kind": "PERSON", "created": 1, "updated": 0, "unchanged": 0, "rejected": 0 },
                { "kind": "BOOK", "created": 0, "updated": 1, "unchanged": 0, "rejected": 0 },
                { "kind": "COURSE", "created": 1, "updated": 0, "unchanged": 0, "rejected": 0 },
                { "kind": "CAREER", "created": 0, "updated": 0, "unchanged": 1, "rejected": 0 },
            ])
        );
        let again = accepted(&import(&app, input).await, IMPORT);
        assert!(records(&again).iter().all(|(_, action, _)| action == "UNCHANGED"), "{again:#}");

        let sql = Sql::new(app.database.engine(), "SELECT actor FROM revision ORDER BY id DESC LIMIT 1");
        let rows = app.database.rows(sql).await.expect("it can be asked");
        let actor: String = rows[0].columns().read_next().expect("it is a text");
        assert_eq!(actor, "ada", "the history names the editor");
    });
}

#[test]
fn inline_records_are_accepted() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let query = r#"mutation { catalogImport(input: { records: [
            { kind: "topic", slug: "graphs", code: "tpcgr2", title: "Graphs", aliases: ["Nets"], relatedTopics: null }
        ] }) { records { action id } userErrors { message } } }"#;
        let payload = app.ask(query).await.data()[IMPORT].clone();
        let records = json!([{ "action": "CREATED", "id": "topic_tpcgr2" }]);
        assert_eq!(payload, json!({ "records": records, "userErrors": [] }));
    });
}

#[test]
fn one_violation_rejects_the_import_and_all_are_reported() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({ "records": [
            { "kind": "book", "slug": "x", "title": "X", "isbn13": "9781593275847", "pageCount": 0 },
            "text",
            { "kind": "bok", "slug": "y" },
            { "kind": "topic", "slug": "graphs", "title": "Graphs" },
            { "kind": "topic", "slug": "graphs", "title": "Other graphs" },
            { "kind": "course", "slug": "z", "title": "Z", "prerequisites": ["first-step"] },
            { "kind": "topic", "slug": "long", "title": "x".repeat(1 << 20) },
        ] });
        let answer = import(&app, input).await;
        let payload = answer.data()[IMPORT].clone();
        let expected = [
            ("INVALID", "input.records.0.isbn13"),
            ("INVALID", "input.records.0.pageCount"),
            ("INVALID", "input.records.1"),
            ("INVALID", "input.records.2.kind"),
            ("TAKEN", "input.records.4.slug"),
            ("NOT_FOUND", "input.records.5.prerequisites.0"),
            ("TOO_LONG", "input.records.6"),
        ];
        let expected = expected.map(|(code, path)| (code.to_owned(), path.to_owned()));
        assert_eq!(user_errors(&answer, IMPORT), expected);
        let messages: Vec<&str> = [0, 1, 4, 5, 6]
            .map(|index: usize| payload["userErrors"][index]["message"].as_str().unwrap_or_default())
            .into();
        assert_eq!(
            messages,
            [
                "book \"x\" isbn13 \"9781593275847\" has an invalid check digit: expected 6",
                "book \"x\" pageCount \"0\" must be between 1 and 50000",
                "topic \"graphs\" slug \"graphs\" is a duplicate: records.3 already has it",
                "course \"z\" prerequisites[0] \"first-step\" does not match any course in the file or the catalog; did you mean \"first-steps\"?",
                "is longer than 1 MiB",
            ]
        );
        assert_eq!(payload["userErrorCount"], 7);
        assert_eq!(records(&payload), [0, 1, 2, 4, 5, 6].map(|index| became(index, "REJECTED", None)));
        assert!(!is_there(&app, "graphs").await);
    });
}

#[test]
fn valid_records_are_imported_if_requested() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({ "mode": "SKIP_INVALID", "records": [
            { "kind": "book", "slug": "x", "title": "X", "pageCount": 0 },
            { "kind": "topic", "slug": "graphs", "code": "tpcgr2", "title": "Graphs" },
            { "kind": "topic", "slug": "nets", "title": "Nets", "parent": "cut" },
            { "kind": "topic", "slug": "cut", "title": "" },
            { "kind": "readingList", "owner": { "kind": "career", "slug": "data-engineer" }, "entries": [
                { "kind": "book", "slug": "x" }, { "kind": "course", "slug": "first-steps" },
            ] },
        ] });
        let answer = import(&app, input).await;
        let payload = answer.data()[IMPORT].clone();
        assert_eq!(
            records(&payload),
            [
                became(0, "REJECTED", None),
                became(1, "CREATED", Some("topic_tpcgr2")),
                became(2, "REJECTED", None),
                became(3, "REJECTED", None),
                became(4, "UPDATED", Some("reading_list_rdste2")),
            ]
        );
        let dropped = json!([{ "index": 4, "kind": "BOOK", "slug": "x", "rejectedIndex": 0 }]);
        assert_eq!(payload["skippedEntries"], dropped);
        assert_eq!(
            payload["userErrors"][1]["message"],
            "topic \"nets\" parent \"cut\" refers to a record that was rejected in records.3"
        );
        assert!(is_there(&app, "graphs").await);
        assert!(!is_there(&app, "nets").await);
    });
}

#[test]
fn dry_runs_report_differences_and_write_nothing() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({ "dryRun": true, "records": [
            { "kind": "book", "slug": "sql-in-a-week", "subtitle": "Slowly", "topics": ["databases", "graphs"], "publisher": null },
            { "kind": "topic", "slug": "graphs", "title": "Graphs" },
            { "kind": "topic", "slug": "sql", "title": "SQL" },
            { "kind": "readingList", "owner": { "kind": "topic", "slug": "sql" }, "entries": [{ "kind": "book", "slug": "sql-in-a-week" }] },
        ] });
        let payload = accepted(&import(&app, input).await, IMPORT);
        assert_eq!(
            payload["records"][0],
            json!({
                "index": 0, "action": "UPDATED", "kind": "BOOK", "id": "book_bkkqa2", "differences": [
                    { "field": "subtitle", "before": null, "after": "Slowly" },
                    { "field": "publisher", "before": "no-starch", "after": null },
                    { "field": "topics", "before": ["sql"], "after": ["databases", "graphs"] },
                ],
            })
        );
        assert_eq!(records(&payload)[1..3], [became(1, "CREATED", None), became(2, "UNCHANGED", Some("topic_tpcsq2"))]);
        assert_eq!(
            payload["records"][3]["differences"],
            json!([
                { "field": "entries", "before": [], "after": [{ "kind": "book", "slug": "sql-in-a-week" }] },
            ])
        );
        assert!(!is_there(&app, "graphs").await);
        let book = app.ask("{ book(by: { slug: \"sql-in-a-week\" }) { revision } }").await.data();
        assert_eq!(book["book"]["revision"], 1);
    });
}

#[test]
fn records_are_matched_by_external_id_code_and_slug() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for (record, slug) in [
            (json!({ "kind": "person", "slug": "ada-lovelace", "externalId": "p-1" }), "ada-lovelace"),
            (json!({ "kind": "person", "externalId": "p-1", "slug": "ada" }), "ada"),
            (json!({ "kind": "person", "code": "prsad2", "slug": "ada-king", "externalId": "p-2" }), "ada-king"),
            (json!({ "kind": "person", "externalId": "p-2", "code": "prsad2", "slug": "countess" }), "countess"),
        ] {
            let payload = accepted(&import(&app, json!({ "records": [record] })).await, IMPORT);
            assert_eq!(records(&payload), [became(0, "UPDATED", Some("person_prsad2"))]);
            let query = "{ node(id: \"person_prsad2\") { ... on Person { slug } } }";
            assert_eq!(app.ask(query).await.data()["node"]["slug"], slug);
        }
    });
}

#[test]
fn two_records_of_one_organization_have_one_result() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({ "records": [
            { "kind": "provider", "slug": "academy", "code": "rgnac2", "name": "Academy" },
            { "kind": "publisher", "slug": "academy", "name": "Academy" },
        ] });
        let payload = accepted(&import(&app, input).await, IMPORT);
        let made = |index| became(index, "CREATED", Some("organization_rgnac2"));
        assert_eq!(records(&payload), [made(0), made(1)]);
    });
}

fn people(numbers: std::ops::Range<usize>) -> Value {
    numbers
        .map(|number| json!({ "kind": "person", "slug": format!("p-{number}"), "name": format!("P {number}") }))
        .collect()
}

#[test]
fn imports_are_limited_to_ten_thousand_records() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let more = import(&app, json!({ "records": people(0..10_001), "idempotencyKey": "" })).await;
        let expected = [("TOO_MANY", "input.records"), ("REQUIRED", "input.idempotencyKey")];
        assert_eq!(user_errors(&more, IMPORT), expected.map(|(code, path)| (code.to_owned(), path.to_owned())));
        let answer = send(&app, IMPORT, json!({ "records": people(0..10_000) }), "records { node { id } }").await;
        let payload = accepted(&answer, IMPORT);
        let nodes = payload["records"].as_array().expect("there is a list");
        assert_eq!(nodes.iter().filter(|record| record["node"]["id"].is_string()).count(), 10_000);
    });
}

#[test]
fn statement_count_is_independent_of_record_count() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        // The first request also records the use of the token.
        import(&app, json!({ "records": people(303..304) })).await;
        let few = send(&app, IMPORT, json!({ "records": people(0..3) }), "records { node { id } }").await;
        let many = send(&app, IMPORT, json!({ "records": people(3..303) }), "records { node { id } }").await;
        assert_eq!(many.statements, few.statements);
    });
}

#[test]
fn reported_violations_are_limited_to_a_thousand() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let records: Value = (0..1_200).map(|_| json!({ "kind": "person" })).collect();
        let payload = import(&app, json!({ "records": records })).await.data()[IMPORT].clone();
        assert_eq!(payload["userErrors"].as_array().map(Vec::len), Some(1_000));
        assert_eq!(payload["userErrorCount"], 2_400, "neither has a slug nor a name");
        assert_eq!(payload["records"].as_array().map(Vec::len), Some(1_200));
    });
}

#[test]
fn bodies_of_sixteen_mebibytes_require_an_editor() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let careers = (0..41).map(|number| {
            let article = "é".repeat(200_000);
            json!({ "kind": "career", "slug": format!("c-{number}"), "title": "C", "article": article })
        });
        let input = json!({ "records": careers.collect::<Value>() });
        assert!(input.to_string().len() > 15 << 20);
        for other in [TestApp::new(store), TestApp::new(store).signed_in(Role::Reader).await] {
            assert_eq!(import(&other, input.clone()).await.status, 413);
        }
        let payload = accepted(&import(&app, input).await, IMPORT);
        assert_eq!(payload["counts"][0]["created"], 41);
    });
}

//! With `skip_invalid` valid records are written, and skipped ones are reported.

use entity::kind::NodeKind;
use syllabus::db::{Database, Sql};

use super::harness::{SKIP_INVALID, accept, exported, import_with, on_each_engine, reject};

#[test]
fn lists_skip_entries_and_dependents_are_rejected() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"topic","slug":"t","title":"T"}
{"kind":"topic","slug":"x"}
{"kind":"book","slug":"a","title":"A","publicationYear":9999}
{"kind":"book","slug":"b","title":"B"}
{"kind":"book","slug":"c","title":"C","topics":["x"]}
{"kind":"readingList","owner":{"kind":"topic","slug":"t"},"entries":[{"kind":"book","slug":"a"},{"kind":"book","slug":"b"}]}"#;
        let report = import_with(database, file, SKIP_INVALID, 1).await;
        assert!(!report.is_rejected());
        let violations: Vec<String> = report.violations.iter().map(ToString::to_string).collect();
        assert_eq!(
            violations,
            [
                "line 2: topic \"x\" title is missing",
                "line 3: book \"a\" publicationYear \"9999\" must be between -3000 and next year, 2027",
                "line 5: book \"c\" topics[0] \"x\" refers to a record that was rejected in line 2",
            ]
        );
        let dropped: Vec<String> = report.skipped_entries.iter().map(ToString::to_string).collect();
        assert_eq!(dropped, ["line 6: readingList \"topic t\" skips the book \"a\", rejected in line 3"]);
        assert_eq!((report.of(NodeKind::Book).created, report.of(NodeKind::Book).rejected), (1, 2));
        assert_eq!(exported(database).await.lines().count(), 3);
    }
    on_each_engine(&case);
}

#[test]
fn cycles_are_rejected_completely() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"course","slug":"a","title":"A","prerequisites":["b"]}
{"kind":"course","slug":"b","title":"B","prerequisites":["a"],"instructors":["Somebody"]}
{"kind":"course","slug":"c","title":"C"}"#;
        let report = import_with(database, file, SKIP_INVALID, 1).await;
        assert_eq!(report.of(NodeKind::Course).created, 1);
        assert_eq!(report.of(NodeKind::Course).rejected, 2);
        assert_eq!(report.of(NodeKind::Person).created, 0);
    }
    on_each_engine(&case);
}

fn lines(violations: &[impl ToString]) -> Vec<String> {
    violations.iter().map(ToString::to_string).collect()
}

/// The book `m` would release its ISBN, but is rejected and keeps it.
#[test]
fn rejected_records_keep_their_keys() {
    async fn case(database: &Database) {
        accept(database, r#"{"kind":"book","slug":"m","title":"M","isbn13":"9780306406157","externalId":"e"}"#).await;
        let file = r#"{"kind":"book","slug":"m","isbn13":"9780441172719","externalId":null,"publicationYear":99999}
{"kind":"book","slug":"b","title":"B","isbn13":"9780306406157"}
{"kind":"book","slug":"c","title":"C"}"#;
        let report = import_with(database, file, SKIP_INVALID, 1).await;
        assert_eq!(
            lines(&report.violations),
            [
                "line 1: book \"m\" publicationYear \"99999\" must be between -3000 and next year, 2027",
                "line 2: book \"b\" isbn13 \"9780306406157\" is the ISBN of another book, \"m\"",
            ]
        );
        assert_eq!(report.of(NodeKind::Book).created, 1);
        // Without skipping, only the year is invalid: once it is corrected, the ISBN is free.
        assert_eq!(reject(database, file).await.len(), 1);
    }
    on_each_engine(&case);
}

/// Each book takes the ISBN that the next one releases. The last book cannot, so none can.
#[test]
fn key_transfers_are_undone_if_the_last_record_is_rejected() {
    async fn case(database: &Database) {
        let numbers = ["9780306406157", "9780441172719", "9781593279509"];
        let books: Vec<String> = (1..=3)
            .map(|book| format!(r#"{{"kind":"book","slug":"b{book}","title":"B","isbn13":"{}"}}"#, numbers[book - 1]))
            .collect();
        accept(database, &books.join("\n")).await;
        let before = exported(database).await;
        let file = format!(
            r#"{{"kind":"book","slug":"b1","isbn13":"{}"}}
{{"kind":"book","slug":"b2","isbn13":"{}"}}
{{"kind":"book","slug":"b3","isbn13":"9780000000002","pageCount":0}}"#,
            numbers[1], numbers[2]
        );
        let report = import_with(database, &file, SKIP_INVALID, 1).await;
        assert_eq!(report.of(NodeKind::Book).rejected, 3, "{report}");
        assert_eq!(exported(database).await, before);
    }
    on_each_engine(&case);
}

/// The book `a` is rejected because of its topic, although it was the first with its ISBN and its external id.
#[test]
fn late_rejections_do_not_claim_keys() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"topic","slug":"x"}
{"kind":"book","slug":"a","title":"A","isbn13":"9780306406157","oldSlugs":["o"],"topics":["x"]}
{"kind":"book","slug":"b","title":"B","isbn13":"9780306406157","oldSlugs":["o"]}
{"kind":"course","slug":"c","title":"C","oldSlugs":["p"],"prerequisites":["d"]}
{"kind":"course","slug":"d","title":"D","oldSlugs":["q"],"prerequisites":["c"]}
{"kind":"course","slug":"e","title":"E","oldSlugs":["p","q"]}"#;
        let report = import_with(database, file, SKIP_INVALID, 1).await;
        assert_eq!(
            lines(&report.violations),
            [
                "line 1: topic \"x\" title is missing",
                "line 2: book \"a\" topics[0] \"x\" refers to a record that was rejected in line 1",
                "line 2: book \"a\" oldSlugs[0] \"o\" already leads to another book",
                "line 2: book \"a\" isbn13 \"9780306406157\" is the ISBN of another book, \"b\"",
                "line 4: course \"c\" prerequisites[0] \"d\" creates a prerequisite cycle: c → d → c",
                "line 4: course \"c\" oldSlugs[0] \"p\" already leads to another course",
                "line 5: course \"d\" prerequisites[0] \"c\" creates a prerequisite cycle: d → c → d",
                "line 5: course \"d\" oldSlugs[0] \"q\" already leads to another course",
            ]
        );
        let export = exported(database).await;
        assert!(export.contains(r#""oldSlugs":["p","q"],"title":"E""#), "{export}");
        assert!(export.contains(r#""title":"B","isbn13":"9780306406157""#), "{export}");
    }
    on_each_engine(&case);
}

/// The topic `x` is rejected because of its former slug and `a` because of its topic, so `b` is the first with the
/// ISBN.
#[test]
fn conflicts_are_decided_last() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"topic","slug":"w","title":"W","oldSlugs":["o"]}
{"kind":"topic","slug":"x","title":"X","oldSlugs":["o"]}
{"kind":"book","slug":"a","title":"A","isbn13":"9780306406157","topics":["x"]}
{"kind":"book","slug":"b","title":"B","isbn13":"9780306406157"}"#;
        let report = import_with(database, file, SKIP_INVALID, 1).await;
        assert_eq!(report.violations.iter().map(|violation| violation.line).collect::<Vec<_>>(), [2, 3, 3], "{report}");
    }
    on_each_engine(&case);
}

/// Only a new book with the ISBN of an existing one is rejected.
#[test]
fn existing_owners_keep_their_keys() {
    async fn case(database: &Database) {
        accept(database, r#"{"kind":"book","slug":"m","title":"M","isbn13":"9780306406157"}"#).await;
        let file = r#"{"kind":"book","slug":"b","title":"B","isbn13":"9780306406157"}
{"kind":"book","slug":"m","title":"M2"}"#;
        let line = "line 1: book \"b\" isbn13 \"9780306406157\" is the ISBN of another book, \"m\"";
        assert_eq!(reject(database, file).await, [line]);
        let report = import_with(database, file, SKIP_INVALID, 1).await;
        assert_eq!(lines(&report.violations), [line]);
        assert_eq!(report.of(NodeKind::Book).updated, 1);
    }
    on_each_engine(&case);
}

/// Returns the slug of the only topic of the only book in its revision, which also contains the topic's code.
async fn topic_of_the_book(database: &Database) -> String {
    let sql = Sql::new(
        database.engine(),
        "SELECT r.state, t.code FROM revision r, item t WHERE r.kind = 'book' AND t.kind = 'topic'",
    );
    let rows = database.rows(sql).await.expect("rows");
    let mut columns = rows[0].columns();
    let (state, code): (String, String) = (columns.read_next().expect("a state"), columns.read_next().expect("a code"));
    let topic = serde_json::from_str::<serde_json::Value>(&state).expect("JSON")["topics"][0].clone();
    assert_eq!(topic["code"], code);
    topic["slug"].as_str().expect("a slug").to_owned()
}

/// Also if the record that changes its slug comes first.
#[test]
fn references_to_renamed_records_use_the_new_slug() {
    async fn case(database: &Database) {
        accept(database, r#"{"kind":"topic","slug":"old","title":"T","externalId":"e"}"#).await;
        let file = r#"{"kind":"topic","slug":"new","externalId":"e"}
{"kind":"book","slug":"b","title":"B","topics":["old"]}"#;
        accept(database, file).await;
        assert_eq!(topic_of_the_book(database).await, "new");
    }
    on_each_engine(&case);
}

/// References use the current slug of a record whose new slug was rejected.
#[test]
fn references_to_records_not_renamed_keep_the_slug() {
    async fn case(database: &Database) {
        accept(database, r#"{"kind":"topic","slug":"old","title":"T","externalId":"e"}"#).await;
        let file = r#"{"kind":"topic","slug":"new","externalId":"e","publishedAt":"never"}
{"kind":"book","slug":"b","title":"B","topics":["new"]}"#;
        let report = import_with(database, file, SKIP_INVALID, 1).await;
        assert_eq!(report.of(NodeKind::Book).created, 1, "{report}");
        assert_eq!(topic_of_the_book(database).await, "old");
    }
    on_each_engine(&case);
}

/// Of two records about one object, the first is accepted.
#[test]
fn references_need_only_the_first_record_about_an_object() {
    async fn case(database: &Database) {
        let catalog = r#"{"kind":"person","slug":"p","name":"P","externalId":"e"}
{"kind":"book","slug":"b","title":"B","externalId":"e"}
{"kind":"topic","slug":"t","title":"T"}"#;
        accept(database, catalog).await;
        let file = r#"{"kind":"person","externalId":"e","name":"N"}
{"kind":"person","slug":"p","name":"M"}
{"kind":"book","externalId":"e","title":"N"}
{"kind":"book","slug":"b","title":"M"}
{"kind":"book","slug":"c","title":"C","contributors":[{"person":"p","role":"author"}]}
{"kind":"readingList","owner":{"kind":"topic","slug":"t"},"entries":[{"kind":"book","slug":"b"}]}"#;
        let report = import_with(database, file, SKIP_INVALID, 1).await;
        assert_eq!(
            lines(&report.violations),
            [
                "line 2: person \"p\" slug \"p\" identifies the same person as line 1",
                "line 4: book \"b\" slug \"b\" identifies the same book as line 3",
            ]
        );
        assert_eq!(lines(&report.skipped_entries), [""; 0]);
        assert_eq!((report.of(NodeKind::Book).created, report.of(NodeKind::ReadingList).updated), (1, 1));
        let export = exported(database).await;
        for part in [r#""name":"N""#, r#""authors":["p"]"#, r#""entries":[{"kind":"book","slug":"b""#] {
            assert!(export.contains(part), "{part}\n{export}");
        }
    }
    on_each_engine(&case);
}

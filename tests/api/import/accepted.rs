//! Accepted imports: patches, matching, normalized values, instructors.

use entity::kind::NodeKind;
use syllabus::db::{Database, Sql};
use syllabus::service::import_export::Counts;

use super::harness::{DRY_RUN, accept, exported, import_with, on_each_engine, planned};

fn line(export: &str, start: &str) -> String {
    export.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_owned()
}

#[test]
fn absent_is_untouched_and_null_clears() {
    async fn case(database: &Database) {
        accept(database, r#"{"kind":"book","slug":"a","code":"abcdef","title":"A","publicationYear":1999,"pageCount":10,"publishedAt":"2024-01-01T00:00:00Z"}"#).await;
        let report = accept(database, r#"{"kind":"book","slug":"a","publicationYear":null,"edition":"2nd"}"#).await;
        assert_eq!(report.of(NodeKind::Book), Counts { updated: 1, ..Counts::default() });
        assert_eq!(
            exported(database).await,
            "{\"kind\":\"book\",\"slug\":\"a\",\"code\":\"abcdef\",\"status\":\"published\",\"publishedAt\":\"2024-01-01T00:00:00Z\",\"title\":\"A\",\"edition\":\"2nd\",\"pageCount\":10}\n"
        );
    }
    on_each_engine(&case);
}

#[test]
fn values_are_normalized() {
    async fn case(database: &Database) {
        accept(database, r#"{"kind":"book","slug":" a ","title":"  A  ","isbn13":"0-306-40615-2"}"#).await;
        let export = exported(database).await;
        assert!(export.contains(r#""title":"A","isbn13":"9780306406157""#), "{export}");
    }
    on_each_engine(&case);
}

#[test]
fn prices_may_be_numbers() {
    async fn case(database: &Database) {
        for (amount, written) in [("49.9", "49.90"), ("49", "49.00"), ("9007199254740993", "9007199254740993.00")] {
            let price = format!(r#"{{"amount":{amount},"currency":"EUR"}}"#);
            accept(database, &format!(r#"{{"kind":"course","slug":"c","title":"C","price":{price}}}"#)).await;
            let export = exported(database).await;
            assert!(export.contains(&format!(r#""amount":"{written}""#)), "{export}");
        }
    }
    on_each_engine(&case);
}

#[test]
fn unicode_survives_byte_for_byte() {
    async fn case(database: &Database) {
        let title = "e\u{301} שלום 你好 👩‍💻 \u{200f}مرحبا";
        accept(database, &format!(r#"{{"kind":"book","slug":"a","title":"{title}"}}"#)).await;
        assert!(exported(database).await.contains(&format!(r#""title":"{title}""#)));
    }
    on_each_engine(&case);
}

#[test]
fn instructors_are_matched_or_created() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"course","slug":"c","title":"C","instructors":["José Núñez","Jose Nunez","Ada"]}
{"kind":"author","slug":"lovelace","name":"Ada"}"#;
        let report = accept(database, file).await;
        assert_eq!(report.of(NodeKind::Person).created, 3);
        let export = exported(database).await;
        assert!(line(&export, r#"{"kind":"person","slug":"jose-nunez","#).contains("José Núñez"), "{export}");
        assert!(line(&export, r#"{"kind":"person","slug":"jose-nunez-2","#).contains("Jose Nunez"), "{export}");
        assert!(export.contains(r#""instructors":["José Núñez","Jose Nunez","Ada"]"#), "{export}");
        let again = accept(database, file).await;
        assert_eq!((again.total().created, again.total().updated, again.total().unchanged), (0, 0, 2));
    }
    on_each_engine(&case);
}

/// Also if the second line of the organization has the code.
#[test]
fn references_to_combined_organizations_have_their_code() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"provider","slug":"acme","name":"Acme"}
{"kind":"publisher","slug":"acme","code":"abc234"}
{"kind":"book","slug":"b","title":"B","publisher":"acme"}"#;
        accept(database, file).await;
        let sql = Sql::new(database.engine(), "SELECT state FROM revision WHERE kind = 'book'");
        let state: String = database.rows(sql).await.expect("rows")[0].columns().read_next().expect("a state");
        let publisher = serde_json::from_str::<serde_json::Value>(&state).expect("JSON")["publisher"].clone();
        assert_eq!(publisher["code"], "abc234", "{state}");
        assert!(exported(database).await.contains(r#""slug":"acme","code":"abc234""#));
    }
    on_each_engine(&case);
}

#[test]
fn provider_and_publisher_with_one_slug_are_one_organization() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"provider","slug":"o","name":"O","url":"https://o.example"}
{"kind":"publisher","slug":"o","name":"O"}"#;
        assert_eq!(accept(database, file).await.of(NodeKind::Organization).created, 1);
        assert_eq!(exported(database).await.lines().count(), 1);
    }
    on_each_engine(&case);
}

#[test]
fn remaining_entries_keep_their_codes() {
    async fn case(database: &Database) {
        let list = |entries: &str| {
            format!(r#"{{"kind":"readingList","owner":{{"kind":"topic","slug":"t"}},"entries":[{entries}]}}"#)
        };
        let books = "{\"kind\":\"topic\",\"slug\":\"t\",\"title\":\"T\"}\n{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"A\"}\n{\"kind\":\"book\",\"slug\":\"b\",\"title\":\"B\"}\n";
        let (a, b) = (r#"{"kind":"book","slug":"a","code":"aaaaaa"}"#, r#"{"kind":"book","slug":"b","code":"bbbbbb"}"#);
        accept(database, &format!("{books}{}", list(&format!("{a},{b}")))).await;
        let owner = line(&exported(database).await, r#"{"kind":"topic""#);
        let turned = r#"{"kind":"book","slug":"b","note":"N"},{"kind":"book","slug":"a"}"#;
        let report = accept(database, &list(turned)).await;
        assert_eq!(report.of(NodeKind::ReadingList).updated, 1);
        let export = exported(database).await;
        let added = r#""addedAt":"2026-01-02T03:04:05Z""#;
        let entries = format!(
            r#""entries":[{{"kind":"book","slug":"b","code":"bbbbbb","note":"N",{added}}},{{"kind":"book","slug":"a","code":"aaaaaa",{added}}}]"#
        );
        assert!(export.contains(&entries), "{export}");
        assert_eq!(line(&export, r#"{"kind":"topic""#), owner);
    }
    on_each_engine(&case);
}

#[test]
fn isbns_can_be_swapped() {
    async fn case(database: &Database) {
        let books = |one: &str, other: &str| {
            format!(
                "{{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"A\",\"isbn13\":\"{one}\"}}\n{{\"kind\":\"book\",\"slug\":\"b\",\"title\":\"B\",\"isbn13\":\"{other}\"}}"
            )
        };
        accept(database, &books("9780306406157", "9780441172719")).await;
        let report = accept(database, &books("9780441172719", "9780306406157")).await;
        assert_eq!(report.of(NodeKind::Book).updated, 2);
    }
    on_each_engine(&case);
}

#[test]
fn dry_runs_report_and_write_nothing() {
    async fn case(database: &Database) {
        accept(database, r#"{"kind":"book","slug":"a","title":"A"}"#).await;
        let before = exported(database).await;
        let file = "{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"B\",\"publicationYear\":2000}\n{\"kind\":\"book\",\"slug\":\"b\",\"title\":\"B\"}";
        let report = import_with(database, file, DRY_RUN, 2).await;
        assert_eq!(
            planned(report),
            ["line 1: would update book \"a\": title, publicationYear", "line 2: would create book \"b\""]
        );
        assert_eq!(exported(database).await, before);
    }
    on_each_engine(&case);
}

/// A slug and an ambiguous name identify the same person.
#[test]
fn unchanged_instructors_are_no_difference() {
    async fn case(database: &Database) {
        let people = r#"{"kind":"person","slug":"p","name":"P"}
{"kind":"person","slug":"q","name":"P"}
{"kind":"topic","slug":"t","title":"T"}"#;
        accept(database, people).await;
        accept(database, r#"{"kind":"course","slug":"c","title":"C","instructors":["Ada","P",{"slug":"q"}]}"#).await;
        let file = r#"{"kind":"course","slug":"c","title":"C2","instructors":["Ada",{"slug":"p"},{"slug":"q"}]}"#;
        let report = import_with(database, file, DRY_RUN, 2).await;
        assert_eq!(planned(report), ["line 1: would update course \"c\": title"]);
        // There are no two revisions of the course either.
        accept(database, file).await;
        let sql = Sql::new(database.engine(), "SELECT state FROM revision WHERE kind = 'course' ORDER BY revision");
        let states: Vec<serde_json::Value> = (database.rows(sql).await.expect("rows").iter())
            .map(|row| serde_json::from_str(&row.columns().read_next::<String>().expect("a state")).expect("JSON"))
            .collect();
        assert_eq!(states.len(), 2);
        assert_eq!(states[0]["instructors"], states[1]["instructors"]);
    }
    on_each_engine(&case);
}

/// The examples of the page about the format are valid, except that the records to which they refer do not exist.
#[test]
fn documentation_examples_are_valid() {
    async fn case(database: &Database) {
        let page = include_str!("../../../docs/reference/import-format.md");
        let examples: Vec<&str> = page.lines().filter(|line| line.starts_with("{\"kind\":")).collect();
        assert_eq!(examples.len(), 11);
        let report = import_with(database, &examples.join("\n"), DRY_RUN, 1).await;
        for violation in &report.violations {
            assert!(violation.violation.reason.contains("in the file or the catalog"), "{violation}");
        }
    }
    on_each_engine(&case);
}

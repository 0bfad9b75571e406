//! Instructors are written as names, which stand for people of the file or the catalog, or for new ones.

use entity::kind::NodeKind;
use serde_json::json;
use syllabus::db::Database;

use super::harness::{SKIP_INVALID, accept, exported, import_with, on_each_engine, reject};

const ACCEPTED: &str = r#"{"kind":"course","slug":"a","title":"A","instructors":["Ada Lovelace"]}"#;

#[test]
fn instructors_are_created_for_the_first_of_two_duplicates() {
    async fn case(database: &Database) {
        let file = format!("{ACCEPTED}\n{{\"kind\":\"course\",\"slug\":\"a\",\"title\":\"B\"}}");
        let message = "line 2: course \"a\" slug \"a\" is a duplicate: line 1 already has it";
        assert_eq!(reject(database, &file).await, [message]);
        let report = import_with(database, &file, SKIP_INVALID, 1).await;
        assert_eq!(report.violations.iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
        assert_eq!((report.of(NodeKind::Course).created, report.of(NodeKind::Person).created), (1, 1));
        assert!(exported(database).await.contains(r#""instructors":["Ada Lovelace"]"#));
    }
    on_each_engine(&case);
}

#[test]
fn instructors_of_a_second_record_about_an_object_are_no_further_violation() {
    async fn case(database: &Database) {
        accept(database, r#"{"kind":"course","slug":"a","title":"A","externalId":"e"}"#).await;
        let file = format!("{{\"kind\":\"course\",\"externalId\":\"e\",\"title\":\"B\"}}\n{ACCEPTED}");
        let message = "line 2: course \"a\" slug \"a\" identifies the same course as line 1";
        assert_eq!(reject(database, &file).await, [message]);
        let report = import_with(database, &file, SKIP_INVALID, 1).await;
        assert_eq!(report.violations.iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
        assert_eq!((report.of(NodeKind::Course).updated, report.of(NodeKind::Person).created), (1, 0));
    }
    on_each_engine(&case);
}

/// Many people have one of these slugs, and many new names lead to the same one.
#[test]
fn slugs_of_new_instructors_differ_from_those_of_the_file() {
    async fn case(database: &Database) {
        const PEOPLE: usize = 60;
        let numbered = |number: usize| if number == 1 { "ada".to_owned() } else { format!("ada-{number}") };
        let people = (1..=PEOPLE).map(|number| json!({ "kind": "person", "slug": numbered(number), "name": "A" }));
        let others: Vec<String> = (0..49).map(|number| format!("Other {number}")).collect();
        let others = json!({ "kind": "course", "slug": "others", "title": "O", "instructors": others });
        let names = ["Ada", "Ada!", "Ada?", "Ada."];
        let course = json!({ "kind": "course", "slug": "c", "title": "C", "instructors": names });
        let file: String = people.chain([others, course]).map(|record| format!("{record}\n")).collect();
        let report = accept(database, &file).await;
        assert_eq!(report.of(NodeKind::Person).created, (PEOPLE + 49 + names.len()) as u64);
        let export = exported(database).await;
        for (number, name) in (PEOPLE + 1..).zip(names) {
            let person = format!(r#""slug":"ada-{number}","name":"{name}""#);
            assert!(export.lines().any(|line| without_code(line).contains(&person)), "{person}\n{export}");
        }
    }
    on_each_engine(&case);
}

/// Returns a line of an export without the code, which follows the slug.
fn without_code(line: &str) -> String {
    let Some((before, after)) = line.split_once(r#","code":""#) else { return line.to_owned() };
    format!("{before}{}", after.split_once('"').map_or("", |(_, rest)| rest))
}

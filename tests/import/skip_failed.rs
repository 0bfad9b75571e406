//! With `skip_failed` what can be taken is taken, and what was skipped is named.

use entity::kind::NodeKind;
use syllabus::db::Database;

use super::harness::{SKIP_FAILED, exported, import_with, on_each_engine};

#[test]
fn lists_drop_entries_and_dependents_fall() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"topic","slug":"t","name":"T"}
{"kind":"topic","slug":"x"}
{"kind":"book","slug":"a","title":"A","year":9999}
{"kind":"book","slug":"b","title":"B"}
{"kind":"book","slug":"c","title":"C","topics":["x"]}
{"kind":"readingList","of":{"kind":"topic","slug":"t"},"entries":[{"kind":"book","slug":"a"},{"kind":"book","slug":"b"}]}"#;
        let report = import_with(database, file, SKIP_FAILED, 1).await;
        assert!(!report.is_refused());
        let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            [
                "line 2: topic \"x\" name is missing",
                "line 3: book \"a\" year \"9999\" is not between -3000 and next year, 2027",
                "line 5: book \"c\" topics \"x\" is needed, but was refused in line 2",
            ]
        );
        let dropped: Vec<String> = report.dropped.iter().map(ToString::to_string).collect();
        assert_eq!(dropped, ["line 6: readingList \"topic t\" goes without the book \"a\", refused in line 3"]);
        assert_eq!((report.of(NodeKind::Book).created, report.of(NodeKind::Book).refused), (1, 2));
        assert_eq!(exported(database).await.lines().count(), 3);
    }
    on_each_engine(&case);
}

#[test]
fn a_circle_falls_whole() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"course","slug":"a","title":"A","prerequisites":["b"]}
{"kind":"course","slug":"b","title":"B","prerequisites":["a"],"instructors":["Somebody"]}
{"kind":"course","slug":"c","title":"C"}"#;
        let report = import_with(database, file, SKIP_FAILED, 1).await;
        assert_eq!(report.of(NodeKind::Course).created, 1);
        assert_eq!(report.of(NodeKind::Course).refused, 2);
        assert_eq!(report.of(NodeKind::Person).created, 0);
    }
    on_each_engine(&case);
}

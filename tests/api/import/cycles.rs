//! Prerequisite cycles: which records are rejected, and how the messages describe the cycle.

use entity::kind::NodeKind;
use syllabus::db::Database;

use super::harness::{SKIP_INVALID, accept, import_with, on_each_engine, reject};

/// Records of a cycle that are already in the catalog are not rejected, and neither are records that only lead into it.
#[test]
fn records_that_close_a_cycle_are_rejected() {
    async fn case(database: &Database) {
        accept(
            database,
            r#"{"kind":"course","slug":"a","title":"A"}
{"kind":"course","slug":"b","title":"B","prerequisites":["a"]}"#,
        )
        .await;
        let file = r#"{"kind":"course","slug":"a","prerequisites":["c","b"]}
{"kind":"course","slug":"b","title":"B2"}
{"kind":"course","slug":"c","title":"C","prerequisites":["b"]}
{"kind":"course","slug":"d","title":"D","prerequisites":["a"]}"#;
        let lines = [
            r#"line 1: course "a" prerequisites[0] "c" creates a prerequisite cycle: a → c → b → a"#,
            r#"line 1: course "a" prerequisites[1] "b" creates a prerequisite cycle: a → b → a"#,
            r#"line 3: course "c" prerequisites[0] "b" creates a prerequisite cycle: c → b → a → c"#,
        ];
        assert_eq!(reject(database, file).await, lines);
        let report = import_with(database, file, SKIP_INVALID, 1).await;
        assert_eq!(report.violations.iter().map(ToString::to_string).collect::<Vec<_>>(), lines);
        assert_eq!((report.of(NodeKind::Course).updated, report.of(NodeKind::Course).created), (1, 1), "{report}");
    }
    on_each_engine(&case);
}

/// Messages about a long cycle contain its start and its end.
#[test]
fn long_cycles_are_abbreviated() {
    async fn case(database: &Database) {
        let course = |number: u32| {
            let next = (number + 1) % 500;
            format!(r#"{{"kind":"course","slug":"c{number}","title":"C","prerequisites":["c{next}"]}}"#)
        };
        let file: Vec<String> = (0..500).map(course).collect();
        let violations = reject(database, &file.join("\n")).await;
        assert_eq!(violations.len(), 500);
        let way: Vec<String> = (7..25).map(|number| format!("c{number}")).collect();
        let line = format!(
            "line 8: course \"c7\" prerequisites[0] \"c8\" creates a prerequisite cycle: {} → … → c7",
            way.join(" → ")
        );
        assert_eq!(violations[7], line);
    }
    on_each_engine(&case);
}

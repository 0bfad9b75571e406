//! Imports into a catalog in states that no import could have created.

use std::time::Duration;

use entity::kind::NodeKind;
use sea_orm::ConnectionTrait;
use syllabus::db::{Database, Sql};

use super::harness::{SKIP_INVALID, accept, import_with, on_each_engine, reject};

/// Somebody has created a cycle of topics in the database: operations on these topics terminate, and only records that
/// create a cycle are rejected.
#[test]
fn existing_cycles_are_ignored() {
    async fn case(database: &Database) {
        let topics = r#"{"kind":"topic","slug":"a","title":"A"}
{"kind":"topic","slug":"b","title":"B","parent":"a"}"#;
        accept(database, topics).await;
        let circle = "UPDATE item SET parent_id = (SELECT id FROM item WHERE slug = 'b') WHERE slug = 'a'";
        database.writer().execute_unprepared(circle).await.expect("a circle");
        let renamed = r#"{"kind":"topic","slug":"a","title":"A2"}
{"kind":"topic","slug":"b","title":"B2"}
{"kind":"topic","slug":"c","title":"C"}"#;
        let import = import_with(database, renamed, SKIP_INVALID, 1);
        let report = tokio::time::timeout(Duration::from_secs(20), import).await.expect("an end");
        assert_eq!((report.of(NodeKind::Topic).updated, report.of(NodeKind::Topic).created), (2, 1), "{report}");
        let below = r#"{"kind":"topic","slug":"d","title":"D","parent":"b"}"#;
        let line = "line 1: topic \"d\" parent is too deep: the topic tree can have at most 8 levels";
        assert_eq!(reject(database, below).await, [line]);
        accept(database, r#"{"kind":"topic","slug":"a","parent":null}"#).await;
        accept(database, below).await;
    }
    on_each_engine(&case);
}

/// A topic moves with its descendants. The moved topic is rejected, not a topic in between that is only renamed.
#[test]
fn moves_that_exceed_the_tree_depth_are_rejected() {
    async fn case(database: &Database) {
        let chain = |name: &str, levels: usize| -> String {
            let topic = |level| match level {
                1 => format!(r#"{{"kind":"topic","slug":"{name}1","title":"T"}}"#),
                _ => format!(r#"{{"kind":"topic","slug":"{name}{level}","title":"T","parent":"{name}{}"}}"#, level - 1),
            };
            (1..=levels).map(topic).collect::<Vec<_>>().join("\n")
        };
        accept(database, &chain("a", 5)).await;
        accept(database, &chain("b", 4)).await;
        let file = r#"{"kind":"topic","slug":"b1","parent":"a5"}
{"kind":"topic","slug":"b2","title":"T2"}"#;
        let line = "line 1: topic \"b1\" parent is too deep: the topic tree can have at most 8 levels";
        assert_eq!(reject(database, file).await, [line]);
    }
    on_each_engine(&case);
}

/// One letter of this title becomes eighteen when it is folded, more than fit into an index or a cursor.
#[test]
fn keys_of_long_titles_are_truncated() {
    async fn case(database: &Database) {
        let long = "\u{fdfa}".repeat(491);
        let file = format!(
            r#"{{"kind":"topic","slug":"t","title":"{long}","aliases":["{long}"]}}
{{"kind":"person","slug":"p","name":"{long}"}}"#
        );
        accept(database, &file).await;
        for key in [
            "title_folded FROM item",
            "title_sort_key FROM item",
            "name_folded FROM item_alias",
            "name_folded FROM person",
            "name_sort_key FROM person",
        ] {
            let (column, table) = key.split_once(" FROM ").expect("a table");
            let sql =
                Sql::new(database.engine(), &format!("SELECT CAST(octet_length({column}) AS BIGINT) FROM {table}"));
            let length: i64 = database.rows(sql).await.expect("rows")[0].columns().read_next().expect("a length");
            assert!((990..=1_000).contains(&length), "{key}: {length}");
        }
    }
    on_each_engine(&case);
}

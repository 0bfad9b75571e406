//! The changes that an import adds to the feed.

use syllabus::db::{Database, Sql};

use super::harness::{accept, on_each_engine};

/// Returns the rows of the feed: kind, and whether the record was public.
async fn shown(database: &Database) -> Vec<(String, bool)> {
    let sql = Sql::new(database.engine(), "SELECT kind, was_visible FROM change_event ORDER BY kind, id");
    let rows = database.rows(sql).await.expect("rows");
    let mut all: Vec<(String, bool)> = Vec::new();
    for row in &rows {
        let mut columns = row.columns();
        all.push((columns.read_next().expect("a kind"), columns.read_next().expect("whether it shows")));
    }
    all
}

/// A list is public when its owner is, even if the same import publishes the owner.
#[test]
fn changes_are_public_if_the_record_was_or_is_public() {
    async fn case(database: &Database) {
        let list = |title: &str| {
            format!(r#"{{"kind":"readingList","owner":{{"kind":"topic","slug":"t"}},"title":"{title}","entries":[]}}"#)
        };
        accept(database, &format!("{}\n{}", r#"{"kind":"topic","slug":"t","title":"T","status":"draft"}"#, list("A")))
            .await;
        let row = |kind: &str, shown| (kind.to_owned(), shown);
        assert_eq!(shown(database).await, [row("reading_list", false), row("topic", false)]);
        accept(database, &format!("{}\n{}", r#"{"kind":"topic","slug":"t","status":"published"}"#, list("B"))).await;
        let (lists, topics) = (row("reading_list", true), row("topic", true));
        assert_eq!(
            shown(database).await,
            [row("reading_list", false), lists.clone(), row("topic", false), topics.clone()]
        );
        accept(database, &format!("{}\n{}", r#"{"kind":"topic","slug":"t","status":"archived"}"#, list("C"))).await;
        assert_eq!(
            shown(database).await,
            [row("reading_list", false), lists.clone(), lists, row("topic", false), topics.clone(), topics]
        );
        accept(database, &format!("{}\n{}", r#"{"kind":"person","slug":"p","name":"P"}"#, list("D"))).await;
        let all = shown(database).await;
        assert_eq!(all[0], row("person", false), "nobody sees somebody without a visible item");
        assert_eq!(all[4], row("reading_list", false));
        accept(database, r#"{"kind":"book","slug":"b","title":"B","authors":["p"]}"#).await;
        accept(database, r#"{"kind":"person","slug":"p","name":"P. P."}"#).await;
        assert_eq!(shown(database).await[1..3], [row("person", false), row("person", true)]);
    }
    on_each_engine(&case);
}

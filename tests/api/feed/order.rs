//! The change feed is in commit order: a client that polls it sees each change once.

use std::collections::BTreeSet;

use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::common::on_each_engine;
use crate::editor::{accepted, editor_app, send, user_errors};
use crate::feed::reading::{end, walk};

const EDITORS: usize = 12;
const EDITS: usize = 8;

#[test]
fn polling_during_writes_returns_each_change_once_in_order() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let reader = app.anonymous();
        let start = end(&reader).await;
        let editors = join_all((0..EDITORS).map(async |editor| {
            for edit in 0..EDITS {
                // Some are rejected: their rollback leaves no gap that hides other changes.
                let refused = json!({ "id": "book_bkkqa2", "title": "" });
                let answer = send(&app, "bookUpdate", refused, "book { id }").await;
                assert_eq!(user_errors(&answer, "bookUpdate").len(), 1);
                let input = json!({ "id": "book_bkkqa2", "title": format!("SQL, {editor}.{edit}") });
                accepted(&send(&app, "bookUpdate", input, "book { id }").await, "bookUpdate");
            }
        }));
        let polls = async {
            let (mut met, mut place) = (Vec::new(), start.clone());
            while met.len() < EDITORS * EDITS {
                let (more, end) = walk(&reader, &place, Value::Null).await;
                met.extend(more);
                place = end;
            }
            met
        };
        let (_, met) = join(editors, polls).await;
        let revisions: Vec<i64> = met.iter().map(|change| change["revision"].as_i64().expect("a number")).collect();
        let expected: Vec<i64> = (2..).take(EDITORS * EDITS).collect();
        assert_eq!(revisions, expected, "each revision of the book, one after the other");
        let cursors: BTreeSet<String> = met.iter().map(|change| change["cursor"].to_string()).collect();
        assert_eq!(cursors.len(), met.len());
        let (again, _) = walk(&reader, &start, Value::Null).await;
        assert_eq!(again.len(), met.len());
    });
}

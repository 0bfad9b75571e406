//! Concurrent editors.

use futures_util::future::join_all;
use serde_json::json;

use crate::common::on_each_engine;
use crate::editor::{editor_app, send, user_errors};

/// The number of editors who change one book, and the number of attempts of each.
const EDITORS: usize = 20;

#[test]
fn one_of_twenty_concurrent_updates_succeeds() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for revision in 1..=3 {
            let edits = (0..EDITORS).map(|editor| {
                let title = format!("SQL in {editor} Weeks, {revision}");
                let input = json!({ "id": "book_bkkqa2", "expectedRevision": revision, "title": title });
                send(&app, "bookUpdate", input, "book { revision }")
            });
            let answers = join_all(edits).await;
            let refused: Vec<_> = answers.iter().flat_map(|answer| user_errors(answer, "bookUpdate")).collect();
            assert_eq!(refused.len(), EDITORS - 1);
            assert!(refused.iter().all(|(code, _)| code == "STALE_REVISION"));
            let won =
                answers.iter().filter(|answer| answer.body["data"]["bookUpdate"]["book"]["revision"] == revision + 1);
            assert_eq!(won.count(), 1);
        }
    });
}

#[test]
fn concurrent_books_with_one_title_get_unique_slugs() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let creates = (0..EDITORS).map(|_| send(&app, "bookCreate", json!({ "title": "Same" }), "book { slug }"));
        let answers = join_all(creates).await;
        let slugs: std::collections::BTreeSet<String> =
            answers.iter().map(|answer| answer.data()["bookCreate"]["book"]["slug"].to_string()).collect();
        assert_eq!(slugs.len(), EDITORS);
    });
}

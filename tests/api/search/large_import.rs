//! A search in a catalog that was imported at once.

use serde_json::json;

use crate::common::{TestApp, on_each_engine};
use crate::search::fixture::found;

#[test]
fn large_imports_are_found() {
    on_each_engine(async |store| {
        let topics = (0..1_100).map(|number| {
            let name = format!("Subject {number:04}");
            json!({ "kind": "topic", "slug": format!("subject-{number:04}"), "title": name }).to_string()
        });
        let app = TestApp::with(store, topics.collect::<Vec<_>>().join("\n").as_str()).await;
        assert_eq!(found(&app, "topics", "1099").await, ["Subject 1099"]);
        assert_eq!(found(&app, "topics", "subject 0000").await, ["Subject 0000"]);
    });
}

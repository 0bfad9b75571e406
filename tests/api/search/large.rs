//! A catalog that came at once.

use serde_json::json;
use syllabus::db::{self, Engine, Sql};

use crate::common::{TestApp, on_each_engine};
use crate::search::library::found;

#[test]
fn a_large_import_leaves_an_index_in_one_stretch() {
    on_each_engine(async |store| {
        let topics = (0..1_100).map(|number| {
            let name = format!("Subject {number:04}");
            json!({ "kind": "topic", "slug": format!("subject-{number:04}"), "title": name }).to_string()
        });
        let app = TestApp::with(store, topics.collect::<Vec<_>>().join("\n").as_str()).await;
        assert_eq!(found(&app, "topics", "1099").await, ["Subject 1099"]);
        assert_eq!(found(&app, "topics", "subject 0000").await, ["Subject 0000"]);
        if store.database.engine() == Engine::Sqlite {
            let sql = Sql::new(Engine::Sqlite, "SELECT COUNT(DISTINCT segid) FROM search_index_idx");
            let rows = db::rows(store.database.reader(), sql).await.expect("the index has a table");
            assert_eq!(rows[0].columns().take::<i64>().expect("it is a number"), 1);
        }
    });
}

//! How many there are, where they are more than anybody pages through.

use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::common::{TestApp, demo, on_each_engine};

/// Half a hundred thousand more of a topic that is there.
const MANY: &str = "INSERT INTO topic \
    (code, slug, title, title_key, status, published_at, visible_from, revision, created_at, updated_at) \
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) \
    SELECT CAST(100000 + n.i AS TEXT), 'many-' || n.i, 'Many ' || n.i, 'many ' || n.i, status, published_at, visible_from, 1, created_at, updated_at \
    FROM n, topic WHERE topic.code = '";

#[test]
fn what_is_too_many_is_counted_as_far_as_the_answer_says() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, demo()).await;
        let counted = "{ topics(first: 1) { totalCount totalCountIsExact nodes { code } } }";
        let before = app.ask(counted).await;
        let few = before.body["data"]["topics"]["totalCount"].as_u64().expect("there is a count");
        assert!(few > 0 && before.body["data"]["topics"]["totalCountIsExact"] == true, "{}", before.body);
        let code = before.body["data"]["topics"]["nodes"][0]["code"].as_str().expect("there is one");
        let more = format!("{MANY}{code}'");
        store.database.writer().execute_unprepared(&more).await.expect("they fit");
        let after = app.ask_with(counted, json!({})).await;
        assert_eq!(after.statements, before.statements);
        assert_eq!(after.body["data"]["topics"]["totalCount"], 50_000);
        assert_eq!(after.body["data"]["topics"]["totalCountIsExact"], false);
        let part = app
            .ask(r#"{ topics(where: { slug: { in: ["many-7", "many-8"] } }) { totalCount totalCountIsExact } }"#)
            .await;
        assert_eq!(part.body["data"]["topics"], json!({ "totalCount": 2, "totalCountIsExact": true }), "{}", part.body);
    });
}

#[test]
fn what_the_benchmark_asks_is_answered() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, demo()).await;
        for name in ["q1", "q2", "q3", "q4", "search", "suggest"] {
            let path = format!("{}/bench/queries/syllabus-{name}.graphql", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).expect("it is there");
            let variables = json!({ "slug": "back-end-developer", "code": "bkkgr2", "words": "rust" });
            let answer = app.ask_with(&text, variables).await;
            assert!(answer.status == 200 && answer.body.get("errors").is_none(), "{name}: {}", answer.body);
        }
    });
}

//! Total counts of large lists.

use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::common::{TestApp, demo, on_each_engine};

/// Adds fifty thousand items to an existing topic.
const MANY: &str = "INSERT INTO item \
    (id, kind, code, slug, title, title_folded, title_sort_key, status, published_at, visible_from, revision, created_at, updated_at) \
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) \
    SELECT (100000 + n.i) * 256 + 132, kind, CAST(100000 + n.i AS TEXT), 'many-' || n.i, 'Many ' || n.i, 'many ' || n.i, 'many ' || n.i, status, published_at, visible_from, 1, created_at, updated_at \
    FROM n, item WHERE item.id = (SELECT MIN(id) FROM item WHERE kind = 'topic' AND published_at IS NOT NULL)";

#[test]
fn counts_are_capped() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, demo()).await;
        store.database.writer().execute_unprepared(MANY).await.expect("they fit");
        let few = app.ask("{ careers(first: 1) { totalCount totalCountIsExact } }").await;
        let few_counted = &few.body["data"]["careers"];
        assert!(few_counted["totalCount"].as_u64() > Some(0), "{}", few.body);
        assert_eq!(few_counted["totalCountIsExact"], true);
        let many = app.ask("{ topics(first: 1) { totalCount totalCountIsExact } }").await;
        assert_eq!(many.body["data"]["topics"], json!({ "totalCount": 50_000, "totalCountIsExact": false }));
        assert_eq!(many.statements, few.statements);
        let part = app
            .ask(r#"{ topics(where: { slug: { in: ["many-7", "many-8"] } }) { totalCount totalCountIsExact } }"#)
            .await;
        assert_eq!(part.body["data"]["topics"], json!({ "totalCount": 2, "totalCountIsExact": true }), "{}", part.body);
    });
}

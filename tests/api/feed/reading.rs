//! Reads the change feed as clients do: page by page, from the last cursor on.

use serde_json::{Value, json};

use crate::common::TestApp;

const PAGE: &str = "query ($after: String, $kinds: [ChangeKind!]) {
    changes(first: 3, after: $after, kinds: $kinds) {
        nodes { cursor occurredAt action kind nodeId path revision node { id } }
        pageInfo { hasNextPage endCursor }
    }
}";

/// Returns the current end of the feed.
pub async fn end(app: &TestApp) -> String {
    let data = app.data("{ catalog { changesCursor } }").await;
    data["catalog"]["changesCursor"].as_str().expect("there always is one").to_owned()
}

/// Returns all changes after a cursor, of some kinds or of all, and the cursor after the last one.
pub async fn walk(app: &TestApp, after: &str, kinds: Value) -> (Vec<Value>, String) {
    let (mut changes, mut place) = (Vec::new(), after.to_owned());
    loop {
        let data = app.ask_with(PAGE, json!({ "after": place, "kinds": kinds })).await.data();
        let page = &data["changes"];
        let nodes = page["nodes"].as_array().expect("it is a list");
        changes.extend(nodes.iter().cloned());
        page["pageInfo"]["endCursor"].as_str().expect("it echoes `after` at least").clone_into(&mut place);
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            return (changes, place);
        }
    }
}

/// Returns all changes after a cursor, each as action, path and time.
pub async fn changes_after(app: &TestApp, after: &str) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (changes, _) = walk(app, after, Value::Null).await;
    changes.iter().map(|change| (text(&change["action"]), text(&change["path"]), text(&change["occurredAt"]))).collect()
}

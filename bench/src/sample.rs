//! What there is to ask for: the catalog's own slugs and ids, read page by page.

use serde_json::{Value, json};

use crate::client::{Client, Target};

/// Some things of one kind.
#[derive(Clone, Debug)]
pub struct Thing {
    pub id: String,
    pub slug: String,
}

/// Asks, and expects an answer without an error.
///
/// # Panics
/// When there is none.
pub async fn ask(client: &mut Client, target: &Target, query: &str, variables: &Value) -> Value {
    let (status, body) = client.send(&target.post(query, variables)).await.expect("there is an answer");
    let answer: Value = serde_json::from_slice(body).expect("it is JSON");
    assert!(status == 200 && answer.get("errors").is_none(), "{query} {variables}: {status} {answer}");
    answer["data"].clone()
}

/// Up to so many things of a root list.
pub async fn things(client: &mut Client, target: &Target, list: &str, count: usize) -> Vec<Thing> {
    let query = format!(
        "query ($after: String) {{ page: {list}(first: 100, after: $after) {{ nodes {{ id slug }} pageInfo {{ endCursor hasNextPage }} }} }}"
    );
    let (mut found, mut after) = (Vec::new(), Value::Null);
    while found.len() < count {
        let page = ask(client, target, &query, &json!({ "after": after })).await["page"].take();
        let text = |node: &Value, field: &str| node[field].as_str().unwrap_or_default().to_owned();
        let nodes = page["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        found.extend(nodes.iter().map(|node| Thing { id: text(node, "id"), slug: text(node, "slug") }));
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    found.truncate(count);
    found
}

//! Changes of the catalog through the API of a server.

use serde_json::{Value, json};

use crate::crash::server::Server;

/// Returns a text in JSON.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is a text")).to_owned()
}

/// Sends a mutation, which must succeed, and returns its payload.
pub async fn mutate(server: &Server, name: &str, input_type: &str, selection: &str, input: Value) -> Value {
    let mutation = format!(
        "mutation ($input: {input_type}!) {{ {name}(input: $input) {{ {selection} userErrors {{ message }} }} }}"
    );
    let data = server.ask(&mutation, json!({ "input": input })).await.expect("the server is there");
    assert_eq!(data[name]["userErrors"], json!([]), "{data}");
    data[name].clone()
}

/// Creates a public topic and returns its id.
pub async fn create_topic(server: &Server, title: &str) -> String {
    let created = mutate(server, "topicCreate", "TopicCreateInput", "topic { id }", json!({ "title": title })).await;
    let id = text(&created["topic"]["id"]);
    mutate(server, "catalogItemPublish", "CatalogItemPublishInput", "", json!({ "id": id })).await;
    id
}

/// Changes the title of a topic.
pub async fn rename_topic(server: &Server, id: &str, title: &str) {
    mutate(server, "topicUpdate", "TopicUpdateInput", "", json!({ "id": id, "title": title })).await;
}

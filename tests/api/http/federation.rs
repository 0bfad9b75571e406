//! The catalog as a subgraph, queried as a router does.

use serde_json::{Value, json};
use syllabus::auth::Role;
use syllabus::config::SchemaKind;
use syllabus::config::Settings;
use syllabus::graphql::subgraph_sdl;

use crate::http::caching::publish_topic;
use crate::http::site::{GRAPHQL, Site};

async fn subgraph() -> Site {
    let mut settings = Settings::for_testing();
    settings.federation.schema = SchemaKind::Subgraph;
    Site::with(settings).await
}

async fn answer(site: &Site, body: Value) -> Value {
    site.ask(GRAPHQL, body).await.json().await.expect("it is JSON")
}

async fn represented(site: &Site, representations: Value) -> Value {
    let query = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Topic { title } } }";
    answer(site, json!({ "query": query, "variables": { "of": representations } })).await
}

#[tokio::test]
async fn entities_are_resolved_by_id_and_code_in_order() {
    let site = subgraph().await;
    let token = site.token(Role::Editor).await;
    for title in ["Algebra", "Geometry"] {
        publish_topic(&site, &token, title, None).await;
    }
    let topics = answer(&site, json!({ "query": "{ topics { nodes { id code } } }" })).await;
    let (first, second) = (&topics["data"]["topics"]["nodes"][0], &topics["data"]["topics"]["nodes"][1]);
    let representations = json!([
        { "__typename": "Topic", "code": second["code"] },
        { "__typename": "Topic", "id": "topic_zzzzzz" },
        { "__typename": "Book", "id": first["id"] },
        { "__typename": "Topic", "id": first["id"] },
        { "__typename": "Topic", "code": second["code"], "title": "what another subgraph gave" },
    ]);
    let before = site.app.database.statements();
    let found = represented(&site, representations).await;
    assert_eq!(site.app.database.statements() - before, 1, "one for all topics, however they are named");
    let topic = |title: &str| json!({ "__typename": "Topic", "title": title });
    let expected = json!([topic("Geometry"), null, null, topic("Algebra"), topic("Geometry")]);
    assert_eq!(found["data"]["_entities"], expected, "{found}");
    assert_eq!(found["extensions"]["cost"]["requested"], 5);
}

#[tokio::test]
async fn invalid_representations_are_rejected() {
    let site = subgraph().await;
    for (representations, said) in [
        (json!([{ "__typename": "Planet", "id": "x" }]), "contain the unknown entity type \"Planet\""),
        (json!([{ "__typename": "ReadingList", "code": "ci4tzd" }]), "must have an id for the type ReadingList"),
        (json!([{ "__typename": "Book" }]), "must have an id or a code"),
        (json!([{ "__typename": "Book", "id": 1 }]), "must have a string as id"),
        (json!(["Book"]), "must be an object with a __typename and an id or a code"),
        (json!(vec![json!({ "__typename": "Book", "id": "x" }); 1_001]), "must have at most 1000 elements, not 1001"),
    ] {
        let refused = represented(&site, representations).await;
        let error = &refused["errors"][0];
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{refused}");
        assert_eq!(error["extensions"]["argument"], "representations");
        assert!(error["message"].as_str().is_some_and(|message| message.contains(said)), "{error}");
    }
}

#[tokio::test]
async fn keys_are_in_the_subgraph_schema_only() {
    let site = subgraph().await;
    let data = answer(&site, json!({ "query": "{ _service { sdl } }" })).await;
    let sdl = data["data"]["_service"]["sdl"].as_str().expect("it is a text");
    assert_eq!(sdl, subgraph_sdl());
    assert!(sdl.contains("@key(fields: \"id\") @key(fields: \"code\") {"));
    assert!(sdl.contains("type Subscription {"), "routers pass on subscriptions");
    assert!(!sdl.contains("_entities") && !sdl.contains("  node("), "{sdl}");
    for (site, unknown) in [(&site, "{ node(id: \"x\") { id } }"), (&Site::start().await, "{ _service { sdl } }")] {
        let refused = answer(site, json!({ "query": unknown })).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{refused}");
    }
}

#[tokio::test]
async fn service_sdl_cost_depends_on_size() {
    let site = subgraph().await;
    let one = answer(&site, json!({ "query": "{ _service { sdl } }" })).await;
    let length = subgraph_sdl().len();
    assert_eq!(one["extensions"]["cost"]["requested"], 1 + length.div_ceil(20), "{}", one["extensions"]);
    assert!(std::ptr::eq(subgraph_sdl(), subgraph_sdl()), "it is written once");
    let aliased = |count: usize, field: &str| {
        let fields: String = (0..count).map(|number| format!("a{number}: {field} ")).collect();
        json!({ "query": format!("{{ {fields} }}") })
    };
    let schema = "__schema { types { name description fields { name description args { name description } } } }";
    for field in ["_service { sdl }", schema] {
        let refused = site.ask(GRAPHQL, aliased(100, field)).await;
        assert_eq!(refused.status(), 400, "{field}");
        let text = refused.text().await.expect("it ends");
        assert!(text.contains("LIMIT_EXCEEDED") && text.len() < 1_000, "{text}");
        let mut most = 0;
        for count in 1..100 {
            let response = site.ask(GRAPHQL, aliased(count, field)).await;
            if response.status() != 200 {
                break;
            }
            most = response.text().await.expect("it ends").len();
        }
        assert!((length / 2..1_500_000).contains(&most), "{field}: {most} bytes come back at most");
    }
}

#[tokio::test]
async fn service_sdl_is_unavailable_without_introspection() {
    let mut settings = Settings::for_testing();
    settings.federation.schema = SchemaKind::Subgraph;
    settings.documents.introspection = false;
    let site = Site::with(settings).await;
    let refused = answer(&site, json!({ "query": "{ _service { sdl } }" })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{refused}");
    assert_eq!(represented(&site, json!([])).await["data"]["_entities"], json!([]));
}

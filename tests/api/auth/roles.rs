//! What each role can read, for every field that has restrictions.

use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::auth::jwt::{setup, sign};
use crate::auth::keys::Pair;
use crate::auth::site::Site;
use crate::common::{TestApp, on_each_engine};

const QUERY: &str = r#"{
  viewer { name roles }
  apiTokens { totalCount }
  published: book(by: { slug: "published" }) { externalId }
  draft: book(by: { slug: "draft" }) { externalId }
  books { totalCount }
}"#;

fn records() -> [Value; 2] {
    [
        json!({"kind": "book", "slug": "published", "title": "Published", "externalId": "p-1"}),
        json!({"kind": "book", "slug": "draft", "title": "Draft", "externalId": "d-1", "status": "draft"}),
    ]
}

/// The visible data: whether there is a viewer, whether tokens are listed, the external ids, and the number of books.
fn seen(answer: &Value) -> (Value, bool, Value, Value, i64) {
    let books = answer["books"]["totalCount"].as_i64().expect("it is a number");
    let draft = if answer["draft"].is_null() { json!("hidden") } else { answer["draft"]["externalId"].clone() };
    let published = answer["published"]["externalId"].clone();
    (answer["viewer"]["roles"].clone(), !answer["apiTokens"].is_null(), published, draft, books)
}

#[test]
fn roles_restrict_visible_fields() {
    on_each_engine(async |store| {
        TestApp::with(store, records()).await;
        let directory = tempfile::tempdir().expect("the disk has space");
        let key = Pair::es256("one");
        let site = Site::with(store, Some(setup(&directory, &[&key])));
        let claims = json!({"sub": "ada", "roles": ["owner"]});
        let roleless = format!("Bearer {}", sign(&key, &site, &claims));
        let (reader, editor, admin) =
            (site.bearer(Role::Reader).await, site.bearer(Role::Editor).await, site.bearer(Role::Admin).await);

        let none = Value::Null;
        for (who, authorization, roles, tokens, published, draft) in [
            ("anonymous", None, none.clone(), false, none.clone(), json!("hidden")),
            ("without a role", Some(&roleless), json!([]), false, none.clone(), json!("hidden")),
            ("reader", Some(&reader), json!(["READER"]), false, none.clone(), none.clone()),
            ("editor", Some(&editor), json!(["READER", "EDITOR"]), false, json!("p-1"), json!("d-1")),
            ("admin", Some(&admin), json!(["READER", "EDITOR", "ADMIN"]), true, json!("p-1"), json!("d-1")),
        ] {
            let mut headers: Vec<(&str, &str)> = Vec::new();
            headers.extend(authorization.map(|value| ("authorization", value.as_str())));
            let plain = site.ask(&headers, QUERY).await;
            let expected = (roles.clone(), tokens, published.clone(), json!("hidden"), 1);
            assert_eq!(seen(plain.data()), expected, "{who}, without asking for drafts");
            assert_eq!(plain.header("cache-control"), if authorization.is_some() { "no-store" } else { "" }, "{who}");

            headers.push(("catalog-preview", "drafts"));
            let preview = site.ask(&headers, QUERY).await;
            let books = if draft == json!("hidden") { 1 } else { 2 };
            assert_eq!(seen(preview.data()), (roles, tokens, published, draft, books), "{who}, asking for drafts");
        }
    });
}

#[test]
fn unknown_preview_values_are_rejected() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        for value in ["true", "Drafts", "drafts, drafts"] {
            let reply = site.ask(&[("catalog-preview", value)], "{ __typename }").await;
            assert_eq!((reply.status, reply.code()), (400, "BAD_USER_INPUT"), "{value}");
        }
        let twice = [("catalog-preview", "drafts"), ("catalog-preview", "true")];
        let reply = site.ask(&twice, "{ __typename }").await;
        assert_eq!((reply.status, reply.code()), (400, "BAD_USER_INPUT"));
    });
}

#[test]
fn large_bodies_require_an_editor() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let query = format!("{{ __typename }}{}", " ".repeat(2 * 1024 * 1024));
        let (reader, editor) = (site.bearer(Role::Reader).await, site.bearer(Role::Editor).await);
        assert_eq!(site.ask(&[], &query).await.status, 413);
        assert_eq!(site.ask_as(&reader, &query).await.status, 413);
        assert_eq!(site.ask_as(&editor, &query).await.status, 200);
        let query = format!("{{ __typename }}{}", " ".repeat(16 * 1024 * 1024));
        assert_eq!(site.ask_as(&editor, &query).await.status, 413);
    });
}

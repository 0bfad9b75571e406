//! API tokens: creation, listing, use and revocation through the API.

use std::time::Duration;

use sea_orm::EntityTrait;
use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::auth::site::Site;
use crate::common::{Store, on_each_engine};

const CREATE: &str = r#"mutation {
  apiTokenCreate(input: { name: " nightly import ", role: EDITOR, expiresAt: "2026-02-01T00:00:00+01:00" }) {
    apiToken { id name role prefix createdAt createdBy expiresAt lastUsedAt revokedAt revokedBy }
    secret
    userErrors { code message path }
  }
}"#;

fn revoke(id: &str) -> String {
    format!(
        r#"mutation {{ apiTokenRevoke(input: {{ id: "{id}" }}) {{
          apiToken {{ id revokedAt revokedBy }} userErrors {{ code message path }}
        }} }}"#
    )
}

#[test]
fn tokens_are_created_used_and_revoked() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let admin = site.bearer(Role::Admin).await;
        let reply = site.ask_as(&admin, CREATE).await;
        let made = &reply.data()["apiTokenCreate"];
        assert_eq!(made["userErrors"], json!([]));
        let secret = made["secret"].as_str().expect("it is shown");
        let id = made["apiToken"]["id"].as_str().expect("it has one").to_owned();
        assert_eq!(
            made["apiToken"],
            json!({
                "id": id, "name": "nightly import", "role": "EDITOR", "prefix": &secret[..8],
                "createdAt": "2026-01-15T12:00:00Z", "createdBy": "ADMIN", "expiresAt": "2026-01-31T23:00:00Z",
                "lastUsedAt": null, "revokedAt": null, "revokedBy": null,
            })
        );
        assert_eq!(reply.header("cache-control"), "no-store");

        let header = format!("Bearer {secret}");
        let viewer = site.ask_as(&header, "{ viewer { name roles } }").await;
        assert_eq!(viewer.data()["viewer"], json!({"name": "nightly import", "roles": ["READER", "EDITOR"]}));

        site.pass(60);
        let revoked = site.ask_as(&admin, &revoke(&id)).await.data()["apiTokenRevoke"].clone();
        let expected = json!({"id": id, "revokedAt": "2026-01-15T12:01:00Z", "revokedBy": "ADMIN"});
        assert_eq!(revoked, json!({"apiToken": expected, "userErrors": []}));
        site.ask_as(&header, "{ viewer { name } }").await.assert_refused("revoked");

        site.pass(60);
        let again = site.ask_as(&admin, &revoke(&id)).await.data()["apiTokenRevoke"].clone();
        assert_eq!(again, revoked, "what is revoked stays as it is");
    });
}

#[test]
fn all_violations_are_reported_and_nothing_is_written() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let admin = site.bearer(Role::Admin).await;
        let long = "x".repeat(101);
        for (name, expires, faults) in [
            (
                " ",
                "2026-01-15T12:00:00Z",
                json!([["REQUIRED", ["input", "name"]], ["INVALID", ["input", "expiresAt"]]]),
            ),
            (" ", "soon", json!([["INVALID", ["input", "expiresAt"]], ["REQUIRED", ["input", "name"]]])),
            (&long, "2026-01-15T12:00:01Z", json!([["TOO_LONG", ["input", "name"]]])),
            ("a\\nb", "2027-01-01T00:00:00Z", json!([["INVALID", ["input", "name"]]])),
        ] {
            let mutation = format!(
                r#"mutation {{ apiTokenCreate(input: {{ name: "{name}", role: ADMIN, expiresAt: "{expires}" }}) {{
                  apiToken {{ id }} secret userErrors {{ code path }} }} }}"#
            );
            let reply = site.ask_as(&admin, &mutation).await;
            let payload = &reply.data()["apiTokenCreate"];
            assert!(payload["apiToken"].is_null() && payload["secret"].is_null());
            let errors = payload["userErrors"].as_array().expect("it is a list");
            assert_eq!(errors.iter().map(|error| json!([error["code"], error["path"]])).collect::<Value>(), faults);
        }
        for id in ["", "api_token_", "api_token_zzzzzz", "zzzzzz", "book_zzzzzz"] {
            let payload = site.ask_as(&admin, &revoke(id)).await.data()["apiTokenRevoke"].clone();
            assert_eq!(payload["userErrors"][0]["code"], "NOT_FOUND", "{id}");
            assert_eq!(payload["userErrors"][0]["path"], json!(["input", "id"]));
        }
        assert_eq!(rows(store).await.len(), 1, "only the administrator's own");
    });
}

#[test]
fn tokens_are_paginated_newest_first() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let admin = site.bearer(Role::Admin).await;
        for number in 1..=4 {
            // Two concurrent requests: the database decides between them.
            site.pass(number % 2);
            site.create(&format!("t{number}"), Role::Reader, None).await;
        }
        let page = async |arguments: &str| {
            let query = format!(
                "{{ apiTokens{arguments} {{ totalCount nodes {{ name }} edges {{ cursor node {{ name }} }}
                   pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
            );
            site.ask_as(&admin, &query).await.data()["apiTokens"].clone()
        };
        let names = |page: &Value| {
            let nodes = page["nodes"].as_array().expect("it is a list");
            nodes.iter().map(|node| node["name"].as_str().expect("it has one").to_owned()).collect::<Vec<_>>()
        };
        let all = page("").await;
        assert_eq!(names(&all), ["t4", "t3", "t2", "t1", "ADMIN"]);
        assert_eq!(all["totalCount"], 5);

        let mut walked = Vec::new();
        let mut after = String::new();
        loop {
            let page = page(&format!("(first: 2{after})")).await;
            walked.extend(names(&page));
            after = format!(", after: {}", page["pageInfo"]["endCursor"]);
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(walked, names(&all));
        let last = page(&format!("(last: 2, before: {})", all["edges"][4]["cursor"])).await;
        assert_eq!(names(&last), ["t2", "t1"]);
        let reply = site.ask_as(&admin, "{ apiTokens(first: 101) { totalCount } }").await;
        assert_eq!(reply.code(), "BAD_USER_INPUT");
    });
}

#[test]
fn last_use_is_recorded_once_a_minute() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let reader = site.bearer(Role::Reader).await;
        let used_at = async |expected: Option<i64>| {
            // It is written concurrently with the request, which does not wait for it.
            for _ in 0..500 {
                if rows(store).await[0].last_used_at.map(|at| at.0) == expected {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            panic!("it should be {expected:?}, and is {:?}", rows(store).await[0].last_used_at);
        };
        used_at(None).await;
        let first = site.now().0;
        site.ask_as(&reader, "{ __typename }").await.data();
        used_at(Some(first)).await;

        site.pass(59);
        let before = site.database.statements();
        site.ask_as(&reader, "{ __typename }").await.data();
        assert_eq!(site.database.statements() - before, 1, "the token is looked up, and nothing is written");
        used_at(Some(first)).await;

        site.pass(1);
        site.ask_as(&reader, "{ __typename }").await.data();
        used_at(Some(site.now().0)).await;
    });
}

#[test]
fn database_does_not_store_secrets() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let created = site.create("stored-token", Role::Admin, None).await;
        let row = format!("{:?}", rows(store).await);
        assert!(row.contains("stored-token") && !row.contains(&created.secret.expose()[8..]), "{row}");
        assert!(!format!("{created:?}").contains(created.secret.expose()), "nor does its Debug output contain it");
    });
}

async fn rows(store: &Store) -> Vec<entity::api_token::Model> {
    let snapshot = store.database.snapshot().await.expect("it can be read");
    entity::api_token::Entity::find().all(&snapshot).await.expect("it can be read")
}

//! Conformance with graphql-transport-ws.

use std::time::Duration;

use serde_json::{Value, json};
use syllabus::auth::Role;
use syllabus::config::CorsOrigins;
use tokio_tungstenite::tungstenite::Message;

use crate::common::on_each_engine;
use crate::subscriptions::site::Site;
use crate::subscriptions::websocket_client::{PROTOCOL, Socket};

#[test]
fn queries_and_mutations_complete() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let editor = site.bearer(Role::Editor).await;
        let mut socket = Socket::ready(&site, json!({ "Authorization": editor })).await;
        assert_eq!(socket.protocol.as_deref(), Some(PROTOCOL));
        socket.subscribe("a", "{ viewer { name } }").await;
        let cost = json!({ "cost": { "requested": 1, "limit": 50_000 } });
        let answer = json!({ "data": { "viewer": { "name": "EDITOR" } }, "extensions": cost });
        assert_eq!(socket.next("a").await, answer);
        assert_eq!(socket.hear().await, json!({ "id": "a", "type": "complete" }));
        // The id can be used again.
        let mutation = r#"mutation { personCreate(input: {name: "Ada"}) { person { name } userErrors { message } } }"#;
        socket.subscribe("a", mutation).await;
        assert_eq!(socket.next("a").await["data"]["personCreate"]["person"]["name"], "Ada");
        assert_eq!(socket.hear().await["type"], "complete");
    });
}

#[test]
fn request_errors_are_error_messages() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let mut socket = Socket::ready(&site, Value::Null).await;
        for (query, code) in [
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("{ noSuchField }", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { noSuchField }", "GRAPHQL_VALIDATION_FAILED"),
        ] {
            socket.subscribe("a", query).await;
            let message = socket.hear().await;
            assert_eq!((&message["id"], &message["type"]), (&json!("a"), &json!("error")), "{message}");
            assert_eq!(message["payload"][0]["extensions"]["code"], code, "{message}");
        }
        // An error of a field is part of the response.
        socket.subscribe("a", r#"mutation { personCreate(input: {name: "Ada"}) { person { name } } }"#).await;
        assert_eq!(socket.next("a").await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
        assert_eq!(socket.hear().await["type"], "complete");
    });
}

#[test]
fn pings_are_answered_before_and_after_the_acknowledgement() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let mut socket = Socket::open(&site).await;
        socket.say(json!({ "type": "ping" })).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong" }));
        socket.say(json!({ "type": "pong" })).await;
        socket.say(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket.say(json!({ "type": "ping", "payload": { "a": 1 } })).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong", "payload": { "a": 1 } }));
    });
}

#[test]
fn unknown_subprotocols_are_closed_with_4406() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let mut without = Socket::try_open(&site, &[]).await.expect("the socket opens to send the close code");
        assert_eq!(without.closed().await.0, 4406);
        let among = Socket::try_open(&site, &[("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")]).await;
        assert_eq!(among.expect("it is taken").protocol.as_deref(), Some(PROTOCOL));
    });
}

#[test]
fn missing_connection_init_is_closed_with_4408() {
    on_each_engine(async |store| {
        let soon = Duration::from_millis(50);
        let site = Site::with(&store.database, |settings| settings.subscriptions.init_timeout = soon).await;
        let mut socket = Socket::open(&site).await;
        assert_eq!(socket.closed().await.0, 4408);
    });
}

#[test]
fn protocol_violations_have_close_codes() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let mut early = Socket::open(&site).await;
        early.subscribe("a", "{ __typename }").await;
        assert_eq!(early.closed().await.0, 4401);
        let init = r#"{"type":"connection_init"}"#;
        for (message, code) in [
            (init, 4429),
            ("no JSON", 4400),
            ("[]", 4400),
            ("{}", 4400),
            (r#"{"type":"noSuchType"}"#, 4400),
            (r#"{"type":"ping","payload":1}"#, 4400),
            (r#"{"type":"complete"}"#, 4400),
            (r#"{"type":"subscribe","payload":{"query":"{ __typename }"}}"#, 4400),
            (r#"{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}"#, 4400),
            (r#"{"type":"subscribe","id":1,"payload":{"query":"{ __typename }"}}"#, 4400),
            (r#"{"type":"subscribe","id":"a"}"#, 4400),
            (r#"{"type":"subscribe","id":"a","payload":{}}"#, 4400),
            (r#"{"type":"subscribe","id":"a","payload":{"query":"{ __typename }","variables":[]}}"#, 4400),
        ] {
            let mut socket = Socket::ready(&site, Value::Null).await;
            socket.send(Message::text(message)).await;
            let (closed, reason) = socket.closed().await;
            assert_eq!(closed, code, "{message}: {reason}");
        }
        let mut binary = Socket::ready(&site, Value::Null).await;
        binary.send(Message::binary(init)).await;
        assert_eq!(binary.closed().await.0, 4400);
    });
}

#[test]
fn messages_are_limited_to_one_mebibyte() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let mut socket = Socket::ready(&site, Value::Null).await;
        let message = |length: usize| {
            let head = r#"{"type":"subscribe","id":"a","payload":{"query":"{ __typename }","variables":{"unused":""#;
            let tail = r#""}}}"#;
            Message::text(format!("{head}{}{tail}", "x".repeat(length - head.len() - tail.len())))
        };
        socket.send(message(1024 * 1024)).await;
        assert_eq!(socket.next("a").await["data"]["__typename"], "Query");
        assert_eq!(socket.hear().await["type"], "complete");
        socket.send(message(1024 * 1024 + 1)).await;
        assert_eq!(socket.closed().await.0, 1009);
    });
}

#[test]
fn invalid_tokens_are_closed_with_4403() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        for payload in [
            json!({ "Authorization": "Bearer syl_wrong" }),
            json!({ "authorization": "Basic abc" }),
            json!({ "AUTHORIZATION": format!("Bearer syl_{}", "A".repeat(43)) }),
        ] {
            let mut socket = Socket::open(&site).await;
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            let (code, reason) = socket.closed().await;
            assert_eq!(code, 4403, "{payload}");
            assert!(reason.starts_with("Forbidden: "), "{reason}");
        }
        for payload in [json!({ "Authorization": 1 }), json!({ "Catalog-Preview": "everything" }), json!("text")] {
            let mut socket = Socket::open(&site).await;
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            assert_eq!(socket.closed().await.0, 4400, "{payload}");
        }
    });
}

#[test]
fn credentials_can_be_in_payload_headers() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let (reader, editor) = (site.bearer(Role::Reader).await, site.bearer(Role::Editor).await);
        for (payload, name) in [
            (json!({ "headers": { "Authorization": editor } }), "EDITOR"),
            (json!({ "headers": { "authorization": editor, "catalog-preview": "drafts" } }), "EDITOR"),
            (json!({ "Headers": { "AUTHORIZATION": editor, "x-app": 7 } }), "EDITOR"),
            (json!({ "headers": { "Authorization": reader }, "Authorization": editor }), "EDITOR"),
            (json!({ "headers": { "Authorization": editor }, "Authorization": "" }), "EDITOR"),
            (json!({ "headers": null, "authorization": editor }), "EDITOR"),
        ] {
            let mut socket = Socket::ready(&site, payload.clone()).await;
            socket.subscribe("a", "{ viewer { name } }").await;
            assert_eq!(socket.next("a").await["data"]["viewer"]["name"], name, "{payload}");
        }
        for payload in
            [json!({ "headers": "x" }), json!({ "headers": [] }), json!({ "headers": { "Authorization": 1 } })]
        {
            let mut socket = Socket::open(&site).await;
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            assert_eq!(socket.closed().await.0, 4400, "{payload}");
        }
        let mut socket = Socket::open(&site).await;
        let payload = json!({ "headers": { "Authorization": "Bearer syl_wrong" } });
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.closed().await.0, 4403);
    });
}

#[test]
fn preview_can_be_in_payload_headers() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let (reader, editor) = (site.bearer(Role::Reader).await, site.bearer(Role::Editor).await);
        let create = r#"mutation { topicCreate(input: { title: "Draft" }) { userErrors { message } } }"#;
        site.data(&editor, create, Value::Null).await;
        for (preview, count) in [(Value::Null, 0), (json!("drafts"), 1)] {
            let payload = json!({ "headers": { "authorization": reader, "CATALOG-PREVIEW": preview } });
            let mut socket = Socket::ready(&site, payload).await;
            socket.subscribe("a", "{ topics { totalCount } }").await;
            assert_eq!(socket.next("a").await["data"]["topics"]["totalCount"], count);
        }
    });
}

#[test]
fn empty_payload_credentials_are_ignored() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        for value in [json!(""), json!(" "), json!("Bearer"), json!("Bearer "), json!("bearer  "), Value::Null] {
            for payload in [json!({ "Authorization": value }), json!({ "headers": { "authorization": value } })] {
                let mut socket = Socket::ready(&site, payload.clone()).await;
                socket.subscribe("a", "{ viewer { name } }").await;
                assert_eq!(socket.next("a").await["data"]["viewer"], Value::Null, "{payload}");
            }
        }
    });
}

#[test]
fn close_frames_are_acknowledged_in_every_state() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let mut early = Socket::open(&site).await;
        assert_eq!(early.close(1000).await, Some(1000), "before connection_init");
        let mut ready = Socket::ready(&site, Value::Null).await;
        assert_eq!(ready.close(4999).await, Some(4999), "without an operation");
        let mut busy = Socket::ready(&site, Value::Null).await;
        busy.subscribe("a", "subscription { catalogChanged { occurredAt } }").await;
        busy.subscribe("b", "{ books { totalCount } }").await;
        assert_eq!(busy.close(1001).await, Some(1001), "while operations run");
        let mut other = Socket::try_open(&site, &[]).await.expect("the socket opens to send the close code");
        assert_eq!(other.close(1000).await, Some(4406), "while the server closes for its own reason");
    });
}

#[test]
fn payload_token_overrides_handshake_token() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let (reader, editor) = (site.bearer(Role::Reader).await, site.bearer(Role::Editor).await);
        let headers: [(&str, &str); 2] = [("sec-websocket-protocol", PROTOCOL), ("authorization", &reader)];
        for (payload, name) in [
            (Value::Null, "READER"),
            (json!({ "Authorization": "" }), "READER"),
            (json!({ "authorization": editor }), "EDITOR"),
            (json!({ "headers": { "Authorization": editor } }), "EDITOR"),
        ] {
            let mut socket = Socket::try_open(&site, &headers).await.expect("it is taken");
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            assert_eq!(socket.hear().await["type"], "connection_ack");
            socket.subscribe("a", "{ viewer { name } }").await;
            assert_eq!(socket.next("a").await["data"]["viewer"]["name"], name);
        }
    });
}

#[test]
fn other_origins_cannot_open_websockets() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let here = format!("http://{}", site.address);
        let open = async |site: &Site, origin: &str| {
            let headers: [(&str, &str); 2] = [("sec-websocket-protocol", PROTOCOL), ("origin", origin)];
            Socket::try_open(site, &headers).await.err()
        };
        for (origin, taken) in
            [("https://evil.invalid", false), ("null", false), (&*here, true), ("https://learn.example", true)]
        {
            assert_eq!(open(&site, origin).await, (!taken).then_some(403), "{origin}");
        }
        let origins = CorsOrigins::Some(vec!["https://app.example".to_owned()]);
        let named = Site::with(&store.database, |settings| settings.server.cors_origins = origins).await;
        assert_eq!(open(&named, "https://app.example").await, None);
        assert_eq!(open(&named, "https://evil.invalid").await, Some(403));
        let open_to_all = Site::with(&store.database, |settings| settings.server.cors_origins = CorsOrigins::All).await;
        assert_eq!(open(&open_to_all, "https://evil.invalid").await, None);
    });
}

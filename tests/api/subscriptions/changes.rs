//! `catalogChanged` over a WebSocket: which changes each subscriber receives, and in which order.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::common::{TestApp, on_each_engine};
use crate::subscriptions::catalog::{self, Editor};
use crate::subscriptions::websocket_client::Socket;

const HEARD: &str = "cursor action kind nodeId node { __typename id }";

/// Returns a subscription with these arguments.
fn hear(arguments: &str) -> String {
    format!("subscription {{ catalogChanged({arguments}) {{ {HEARD} }} }}")
}

/// Returns the change in the next response of operation `a`, without its cursor, and the cursor.
async fn heard(socket: &mut Socket) -> (Value, String) {
    let mut answer = socket.next("a").await;
    assert!(answer.get("errors").is_none(), "{answer}");
    let mut change = answer["data"]["catalogChanged"].take();
    let cursor = change["cursor"].take().as_str().expect("it has a cursor").to_owned();
    change.as_object_mut().expect("it is an object").remove("cursor");
    (change, cursor)
}

fn updated(kind: &str, typename: &str, id: &str) -> Value {
    json!({ "action": "UPDATED", "kind": kind, "nodeId": id, "node": { "__typename": typename, "id": id } })
}

#[test]
fn subscribers_receive_matching_changes_in_order() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let editor = Editor::of(&site).await;
        let start = editor.cursor().await;
        let mut all = Socket::ready(&site, Value::Null).await;
        all.subscribe("a", &hear(&format!("after: \"{start}\""))).await;
        let mut books = Socket::ready(&site, Value::Null).await;
        books.subscribe("a", &hear(&format!("kinds: [BOOK, TOPIC], after: \"{start}\""))).await;
        let mut one = Socket::ready(&site, Value::Null).await;
        one.subscribe("a", &hear(&format!("nodeId: \"book_bkkgr2\", after: \"{start}\""))).await;
        editor.change_person("https://ada.example").await;
        editor.change_book("bkkqa2", "Or two").await;
        editor.change_book("bkkgr2", "And trees").await;
        let person = updated("PERSON", "Person", "person_prsad2");
        let (sql, graphs) = (updated("BOOK", "Book", "book_bkkqa2"), updated("BOOK", "Book", "book_bkkgr2"));
        for expected in [&person, &sql, &graphs] {
            assert_eq!(heard(&mut all).await.0, *expected);
        }
        for expected in [&sql, &graphs] {
            assert_eq!(heard(&mut books).await.0, *expected);
        }
        assert_eq!(heard(&mut one).await.0, graphs);
    });
}

#[test]
fn resuming_with_a_cursor_delivers_missed_changes() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let editor = Editor::of(&site).await;
        let start = editor.cursor().await;
        let mut first = Socket::ready(&site, Value::Null).await;
        first.subscribe("a", &hear(&format!("after: \"{start}\""))).await;
        editor.change_book("bkkqa2", "1").await;
        let (_, cursor) = heard(&mut first).await;
        drop(first);
        // More than one page of the table.
        let missed: Vec<Value> =
            (0..1200).map(|n| json!({"kind": "book", "slug": format!("b-{n}"), "title": format!("B {n}")})).collect();
        let app = TestApp::new(store);
        app.import(missed.into_iter().collect::<crate::common::Lines>()).await;
        let mut again = Socket::ready(&site, Value::Null).await;
        again.subscribe("a", &hear(&format!("kinds: [PERSON, BOOK], after: \"{cursor}\""))).await;
        let mut last = cursor;
        for _ in 0..1200 {
            let (change, cursor) = heard(&mut again).await;
            assert_eq!(change["action"], "CREATED");
            assert_ne!(cursor, last, "no change is sent twice");
            last = cursor;
        }
        editor.change_book("bkkqa2", "2").await;
        assert_eq!(heard(&mut again).await.0["action"], "UPDATED");
        let rest = site
            .data(
                &editor.bearer,
                "query($c: String!) { changes(after: $c) { totalCount nodes { action } } }",
                json!({ "c": last }),
            )
            .await;
        assert_eq!(rest["changes"]["nodes"], json!([{ "action": "UPDATED" }]), "nothing else was missed");
    });
}

#[test]
fn cursors_of_purged_changes_are_rejected() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let editor = Editor::of(&site).await;
        let old = editor.cursor().await;
        for title in ["1", "2"] {
            editor.change_book("bkkqa2", title).await;
        }
        let purge = "DELETE FROM change_event WHERE id < (SELECT MAX(id) FROM change_event); \
                     UPDATE change_feed_watermark SET last_purged_id = (SELECT MAX(id) FROM change_event) - 1";
        site.database.writer().execute_unprepared(purge).await.expect("it can be purged");
        let mut socket = Socket::ready(&site, Value::Null).await;
        socket.subscribe("a", &hear(&format!("after: \"{old}\""))).await;
        let message = socket.hear().await;
        assert_eq!(message["type"], "error", "{message}");
        assert_eq!(message["payload"][0]["extensions"], json!({ "code": "CURSOR_EXPIRED" }));
        assert_eq!(message["payload"][0]["locations"], Value::Null, "no place in the document is at fault");
    });
}

#[test]
fn cursors_beyond_the_feed_are_rejected() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let mut socket = Socket::ready(&site, Value::Null).await;
        // Ahead of the feed, as after restoring a backup.
        let far = syllabus::loader::feed_cursor(1_000_000);
        socket.subscribe("a", &hear(&format!("after: \"{far}\""))).await;
        let message = socket.hear().await;
        assert_eq!(message["type"], "error", "{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], "CURSOR_EXPIRED");
    });
}

#[test]
fn draft_changes_require_preview() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let editor = Editor::of(&site).await;
        let start = format!("after: \"{}\"", editor.cursor().await);
        let reader = site.bearer(Role::Reader).await;
        let mut anonymous = Socket::ready(&site, json!({ "Catalog-Preview": "drafts" })).await;
        let mut without = Socket::ready(&site, json!({ "Authorization": reader })).await;
        let mut preview = Socket::ready(&site, json!({ "Authorization": reader, "Catalog-Preview": "drafts" })).await;
        for socket in [&mut anonymous, &mut without, &mut preview] {
            socket.subscribe("a", &hear(&start)).await;
        }
        let topic = editor.draft_topic("Graph Theory").await;
        editor.change_book("bkkgr2", "And trees").await;
        let book = updated("BOOK", "Book", "book_bkkgr2");
        assert_eq!(heard(&mut anonymous).await.0, book);
        assert_eq!(heard(&mut without).await.0, book);
        let created = heard(&mut preview).await.0;
        assert_eq!((&created["action"], &created["node"]["id"]), (&json!("CREATED"), &topic));
        assert_eq!(heard(&mut preview).await.0["kind"], "READING_LIST");
        assert_eq!(heard(&mut preview).await.0, book);
    });
}

#[test]
fn scheduled_publications_are_delivered_when_due() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let editor = Editor::of(&site).await;
        let topic = editor.draft_topic("Graph Theory").await;
        let input = json!({ "id": topic, "publishAt": "2026-02-01T00:00:00Z" });
        editor.send("catalogItemPublish", input, "item { id }").await;
        let mut socket = Socket::ready(&site, Value::Null).await;
        socket.subscribe("a", &hear(&format!("kinds: [TOPIC], after: \"{}\"", editor.cursor().await))).await;
        site.set_clock("2026-02-01T00:00:01Z");
        let change = heard(&mut socket).await.0;
        let expected = json!({ "action": "PUBLISHED", "kind": "TOPIC", "nodeId": topic, "node": { "__typename": "Topic", "id": topic } });
        assert_eq!(change, expected);
    });
}

#[test]
fn invalid_arguments_are_rejected() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let mut socket = Socket::ready(&site, Value::Null).await;
        for (query, code) in [
            (hear("after: \"nonsense\""), "BAD_USER_INPUT"),
            (hear("nodeId: \"nonsense\""), "BAD_USER_INPUT"),
            (hear("nodeId: \"reading_list_entry_entry2\""), "BAD_USER_INPUT"),
            (hear("kinds: [GAME]"), "BAD_USER_INPUT"),
            ("subscription { __typename }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { __schema { description } }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
            (
                "subscription { a: catalogChanged { occurredAt } b: catalogChanged { occurredAt } }".to_owned(),
                "GRAPHQL_VALIDATION_FAILED",
            ),
            (
                "subscription { ...F } fragment F on Subscription { a: catalogChanged { occurredAt } b: catalogChanged { occurredAt } }"
                    .to_owned(),
                "GRAPHQL_VALIDATION_FAILED",
            ),
            ("subscription { catalogChanged @skip(if: true) { occurredAt } }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
            (format!("subscription {}", "{ a".repeat(100)), "LIMIT_EXCEEDED"),
        ] {
            socket.subscribe("a", &query).await;
            let message = socket.hear().await;
            assert_eq!(message["type"], "error", "{query}: {message}");
            assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query}: {message}");
        }
    });
}

#[test]
fn documents_with_several_operations_are_supported() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let editor = Editor::of(&site).await;
        let query = "query Other { ...Q } fragment Q on Query { catalog { bookCount } } \
            subscription S($kinds: [ChangeKind!], $after: String!, $more: Boolean!) { ...F } \
            fragment F on Subscription { it: catalogChanged(kinds: $kinds, after: $after) { ...C } } \
            fragment C on Change { __typename kind path @include(if: $more) node { ... on Book { title } } }";
        let variables = json!({ "kinds": ["BOOK"], "after": editor.cursor().await, "more": true });
        let payload = json!({ "query": query, "variables": variables, "operationName": "S" });
        let mut socket = Socket::ready(&site, Value::Null).await;
        socket.say(json!({ "id": "a", "type": "subscribe", "payload": payload })).await;
        editor.change_book("bkkgr2", "And trees").await;
        let change = json!({ "__typename": "Change", "kind": "BOOK", "path": "/book/bkkgr2/graphs", "node": { "title": "Graphs" } });
        assert_eq!(socket.next("a").await, json!({ "data": { "it": change } }));
    });
}

#[test]
fn completed_subscriptions_release_their_id() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let editor = Editor::of(&site).await;
        let mut socket = Socket::ready(&site, Value::Null).await;
        let after = format!("after: \"{}\"", editor.cursor().await);
        for id in ["a", "b"] {
            socket.subscribe(id, &hear(&after)).await;
        }
        editor.change_book("bkkgr2", "1").await;
        let mut ids = [socket.hear().await["id"].take(), socket.hear().await["id"].take()];
        ids.sort_by_key(Value::to_string);
        assert_eq!(ids, ["a", "b"]);
        socket.say(json!({ "id": "a", "type": "complete" })).await;
        socket.subscribe("a", "{ __typename }").await;
        assert_eq!(socket.next("a").await["data"]["__typename"], "Query");
        assert_eq!(socket.hear().await, json!({ "id": "a", "type": "complete" }));
        editor.change_book("bkkgr2", "2").await;
        assert_eq!(socket.hear().await["id"], "b");
        editor.change_book("bkkgr2", "3").await;
        assert_eq!(socket.hear().await["id"], "b");
    });
}

#[test]
fn operations_per_socket_are_limited_and_ids_unique() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let mut socket = Socket::ready(&site, Value::Null).await;
        for n in 0..100 {
            socket.subscribe(&n.to_string(), &hear("kinds: [BOOK]")).await;
        }
        socket.subscribe("a", "{ __typename }").await;
        let message = socket.hear().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("a")), "{message}");
        let extensions = json!({ "code": "LIMIT_EXCEEDED", "limit": 100, "actual": 101 });
        assert_eq!(message["payload"][0]["extensions"], extensions);
        socket.subscribe("7", &hear("kinds: [BOOK]")).await;
        assert_eq!(socket.closed().await.0, 4409);
    });
}

#[test]
fn event_statements_are_constant() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let editor = Editor::of(&site).await;
        let after = editor.cursor().await;
        let app = TestApp::new(store);
        let lines: Vec<Value> = (0..100)
            .map(|n| json!({"kind": "person", "slug": format!("p-{n}"), "name": format!("P {n}")}))
            .chain((0..50).map(|n| {
                let authors: Vec<String> = (0..20).map(|author| format!("p-{}", (n + author) % 100)).collect();
                json!({"kind": "book", "slug": format!("b-{n}"), "title": format!("B {n}"), "authors": authors})
            }))
            .collect();
        app.import(lines.into_iter().collect::<crate::common::Lines>()).await;
        let mut socket = Socket::ready(&site, Value::Null).await;
        let query = format!(
            "subscription {{ catalogChanged(kinds: [BOOK], after: \"{after}\") {{ \
               node {{ ... on Book {{ title authors {{ name books {{ totalCount }} }} }} }} }} }}"
        );
        let before = site.database.statements();
        socket.subscribe("a", &query).await;
        for _ in 0..50 {
            assert_eq!(
                socket.next("a").await["data"]["catalogChanged"]["node"]["authors"].as_array().map(Vec::len),
                Some(20)
            );
        }
        let each = (site.database.statements() - before) / 50;
        // The book, its contributions with their people, and the counts of all their books; sometimes a poll of the
        // hub.
        assert!(each <= 4, "{each} statements for each event");
    });
}

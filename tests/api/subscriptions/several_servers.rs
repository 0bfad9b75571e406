//! Two servers on one database.

use std::time::Duration;

use serde_json::{Value, json};
use syllabus::db::Engine;
use tokio::time::timeout;

use crate::common::on_each_engine;
use crate::subscriptions::catalog::{self, Editor};
use crate::subscriptions::site::Site;
use crate::subscriptions::sse_client::Events;

#[test]
fn writes_reach_subscribers_of_other_servers() {
    on_each_engine(async |store| {
        let one = catalog::open(store).await;
        let other = Site::start(&store.second_handle().await).await;
        let editor = Editor::of(&one).await;
        let query = "subscription { catalogChanged { nodeId node { ... on Book { subtitle } } } }";
        let mut events = Events::open(&other, &[], query).await;
        for number in 0..10 {
            let subtitle = format!("{number}");
            editor.change_book("bkkgr2", &subtitle).await;
            // SQLite has no notifications between processes: the other server polls once a second.
            let change = json!({ "nodeId": "book_bkkgr2", "node": { "subtitle": subtitle } });
            assert_eq!(events.next().await["data"]["catalogChanged"], change);
            let seen = other.data(&editor.bearer, "{ book(by: {code: \"bkkgr2\"}) { subtitle } }", Value::Null).await;
            assert_eq!(seen["book"]["subtitle"], subtitle, "it is seen once it was heard");
        }
    });
}

#[test]
fn each_server_delivers_scheduled_publications_once() {
    on_each_engine(async |store| {
        let one = catalog::open(store).await;
        let other = Site::start(&store.second_handle().await).await;
        let editor = Editor::of(&one).await;
        let topic = editor.draft_topic("Graph Theory").await;
        let input = json!({ "id": topic, "publishAt": "2026-02-01T00:00:00Z" });
        editor.send("catalogItemPublish", input, "item { id }").await;
        let query = "subscription { catalogChanged(kinds: [TOPIC, PERSON]) { action kind node { id } } }";
        let mut there = Events::open(&other, &[], query).await;
        let mut here = Events::open(&one, &[], query).await;
        one.set_clock("2026-02-01T00:00:01Z");
        other.set_clock("2026-02-01T00:00:01Z");
        for events in [&mut here, &mut there] {
            let change = json!({ "action": "PUBLISHED", "kind": "TOPIC", "node": { "id": topic } });
            assert_eq!(events.next().await["data"]["catalogChanged"], change);
        }
        editor.change_person("https://ada.example").await;
        for events in [&mut here, &mut there] {
            assert_eq!(events.next().await["data"]["catalogChanged"]["kind"], "PERSON", "once, and not again");
        }
    });
}

#[test]
fn servers_without_subscribers_receive_notifications() {
    on_each_engine(async |store| {
        let one = catalog::open(store).await;
        let second = store.second_handle().await;
        let _other = Site::start(&second).await;
        let editor = Editor::of(&one).await;
        let before = second.notifier().generation();
        let mut notifications = second.notifier().subscribe();
        let has_notifications = store.database.engine() == Engine::Postgres;
        let mut heard = false;
        // The first one can be written before it listens. SQLite has no notifications between processes.
        for number in 0..if has_notifications { 200 } else { 10 } {
            editor.change_book("bkkgr2", &format!("{number}")).await;
            heard = timeout(Duration::from_millis(100), notifications.changed()).await.is_ok();
            if heard {
                break;
            }
        }
        assert_eq!(heard, has_notifications);
        assert_eq!(second.notifier().generation() > before, heard);
    });
}

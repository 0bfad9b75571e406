//! Subscribers that do not read the events that they are sent.

use std::time::Duration;

use serde_json::{Value, json};

use crate::common::{Store, on_each_engine};
use crate::subscriptions::catalog::{self, Editor};
use crate::subscriptions::site::Site;
use crate::subscriptions::websocket_client::Socket;

/// Starts a server with a small buffer for slow subscribers, and a book whose response exceeds the buffers of a socket.
async fn open(store: &Store, send_timeout: Duration) -> Site {
    catalog::fill(store).await;
    let site = Site::with(&store.database, |settings| {
        // One slot can hold a change that a new subscriber has already read from the feed.
        settings.subscriptions.buffer = 2;
        settings.limits.aliases = 1_000;
        settings.subscriptions.send_timeout = send_timeout;
    });
    let site = site.await;
    let description = "x".repeat(20_000);
    Editor::of(&site)
        .await
        .send("bookUpdate", json!({ "id": "book_bkkgr2", "description": description }), "book { id }")
        .await;
    site
}

/// Some 15 MB for each change of the book, and little for a change of the person.
fn too_much(cursor: &str) -> String {
    let copies: String = (0..750).map(|n| format!("d{n}: description ")).collect();
    format!("subscription {{ catalogChanged(after: \"{cursor}\") {{ kind node {{ ... on Book {{ {copies} }} }} }} }}")
}

#[test]
fn slow_subscribers_are_disconnected_and_others_continue() {
    on_each_engine(async |store| {
        let site = open(store, Duration::from_mins(1)).await;
        let editor = Editor::of(&site).await;
        let cursor = editor.cursor().await;
        let mut slow = Socket::ready(&site, Value::Null).await;
        slow.subscribe("a", &too_much(&cursor)).await;
        let mut quick = Socket::ready(&site, Value::Null).await;
        quick.subscribe("a", &format!("subscription {{ catalogChanged(after: \"{cursor}\") {{ kind }} }}")).await;
        editor.change_person("https://ada.example").await;
        for socket in [&mut slow, &mut quick] {
            assert_eq!(socket.next("a").await["data"]["catalogChanged"]["kind"], "PERSON");
        }
        for number in 0..6 {
            editor.change_book("bkkgr2", &format!("{number}")).await;
            assert_eq!(quick.next("a").await["data"]["catalogChanged"]["kind"], "BOOK");
        }
        let mut heard = 0;
        let last = loop {
            let message = slow.hear().await;
            if message["type"] != "next" {
                break message;
            }
            heard += 1;
        };
        assert!(heard < 6, "it was not waited for");
        assert_eq!((&last["type"], &last["id"]), (&json!("error"), &json!("a")));
        assert_eq!(last["payload"][0]["extensions"]["code"], "SUBSCRIPTION_LAGGED");
        // The socket stays open, and the client can subscribe again from its last cursor.
        slow.subscribe("a", "{ __typename }").await;
        assert_eq!(slow.next("a").await["data"]["__typename"], "Query");
    });
}

#[test]
fn unread_sockets_are_closed() {
    on_each_engine(async |store| {
        let site = open(store, Duration::from_millis(200)).await;
        let editor = Editor::of(&site).await;
        let mut stuck = Socket::ready(&site, Value::Null).await;
        stuck.subscribe("a", &too_much(&editor.cursor().await)).await;
        editor.change_book("bkkgr2", "1").await;
        stuck.pushed_out().await;
    });
}

//! The purger's cursor, lease, retries and requests.

use std::collections::BTreeSet;

use axum::http::Method;
use chrono::{DateTime, Utc};
use entity::timestamp::Timestamp;
use sea_orm::ConnectionTrait;
use serde_json::json;
use syllabus::clock::Clock;

use super::recorder::{Purge, Recorder};
use super::{documented, editor, is_active, metric, query_of, serve, serve_with, settled, tag_of, unpurged};
use crate::command::{run, syllabus};
use crate::common::on_each_engine;
use crate::crash::server::{SERVE, Server};
use crate::editing::{create_topic, mutate, rename_topic, text};
use crate::wait::until;

/// Stops a server as a service manager does, and waits until it has ended.
async fn stop(server: &Server) {
    server.terminate();
    until("the server stops", async || server.has_ended()).await;
}

#[test]
fn changes_are_purged_twice_with_the_tags_of_their_dependencies() {
    on_each_engine(async |store| {
        let recorder = Recorder::start().await;
        let server = serve(&store.server_url(), &editor(&store.url()), &recorder.url("/"));
        settled(store).await;
        assert_eq!(recorder.count_of("catalog", 0), 2, "everything is purged at first");
        let id = create_topic(&server, "Algebra").await;
        settled(store).await;
        let before = recorder.count();
        rename_topic(&server, &id, "Geometry").await;
        settled(store).await;
        let purges = recorder.purges().split_off(before);
        let tags: Vec<BTreeSet<String>> = purges.iter().map(Purge::tags).collect();
        let expected = BTreeSet::from([tag_of(&server, &id).await, "topic".to_owned(), "everything".to_owned()]);
        assert_eq!(tags, [expected.clone(), expected]);
        assert!(purges.iter().all(|purge| purge.method.as_str() == "PURGE" && purge.path == "/"), "{purges:?}");
        assert!(is_active(&server).await);
    });
}

#[test]
fn publications_that_become_due_are_purged() {
    on_each_engine(async |store| {
        let recorder = Recorder::start().await;
        let server = serve(&store.server_url(), &editor(&store.url()), &recorder.url("/"));
        let created =
            mutate(&server, "topicCreate", "TopicCreateInput", "topic { id }", json!({ "title": "Algebra" })).await;
        let id = text(&created["topic"]["id"]);
        let due = DateTime::<Utc>::from(Timestamp(Clock::system().now().0 + 25_000_000)).to_rfc3339();
        let publish = json!({ "id": id, "publishAt": due });
        mutate(&server, "catalogItemPublish", "CatalogItemPublishInput", "", publish).await;
        settled(store).await;
        assert_eq!(server.get(&query_of(&id)).await.1["data"]["topic"], json!(null), "it is not due yet");
        let before = recorder.count();
        until("the publication is purged twice", async || recorder.count_of("visibility-topic", before) == 2).await;
        assert_eq!(server.get(&query_of(&id)).await.1["data"]["topic"]["title"], "Algebra");
    });
}

#[test]
fn another_server_takes_over_after_a_crash() {
    on_each_engine(async |store| {
        let recorder = Recorder::start().await;
        let (url, token) = (store.server_url(), editor(&store.url()));
        let first = serve(&url, &token, &recorder.url("/"));
        until("the first server is active", async || is_active(&first).await).await;
        let second = serve(&url, &token, &recorder.url("/"));
        settled(store).await;
        let id = create_topic(&first, "Algebra").await;
        let tag = tag_of(&first, &id).await;
        until("the change is purged", async || recorder.count_of(&tag, 0) >= 1).await;
        assert!(!is_active(&second).await);
        // The second purge of the topic is not due yet.
        first.kill();
        let before = recorder.count();
        rename_topic(&second, &id, "Geometry").await;
        settled(store).await;
        assert!(recorder.count_of(&tag, before) >= 2);
        assert!(is_active(&second).await);
        assert_eq!(second.logged("this server purges the edge"), 1);
    });
}

#[test]
fn a_restarted_server_repeats_purges_whose_second_purge_was_not_due() {
    on_each_engine(async |store| {
        let recorder = Recorder::start().await;
        let (url, token) = (store.server_url(), editor(&store.url()));
        let server = serve(&url, &token, &recorder.url("/"));
        settled(store).await;
        let id = create_topic(&server, "Algebra").await;
        let tag = tag_of(&server, &id).await;
        until("the change is purged", async || recorder.count_of(&tag, 0) >= 1).await;
        stop(&server).await;
        let before = recorder.count();
        let server = serve(&url, &token, &recorder.url("/"));
        settled(store).await;
        assert_eq!(recorder.count_of(&tag, before), 2);
        assert_eq!(recorder.count_of("catalog", before), 0, "the cursor was stored");
        stop(&server).await;
        let before = recorder.count();
        let server = serve(&url, &token, &recorder.url("/"));
        create_topic(&server, "Geometry").await;
        settled(store).await;
        assert!(recorder.count_of("topic", before) >= 2);
        assert_eq!(recorder.count_of(&tag, before), 0, "the cursor has moved past the first topic");
    });
}

#[test]
fn an_endpoint_that_fails_is_tried_until_it_succeeds() {
    on_each_engine(async |store| {
        let recorder = Recorder::start().await;
        let server = serve(&store.server_url(), &editor(&store.url()), &recorder.url("/"));
        settled(store).await;
        let before = recorder.count();
        recorder.set_failing(true);
        let id = create_topic(&server, "Algebra").await;
        let tag = tag_of(&server, &id).await;
        until("several attempts fail", async || recorder.refused() >= 3).await;
        assert!(unpurged(&server).await > 0.5);
        assert!(metric(&server, "purge_lag_seconds").await > 0.0);
        assert!(metric(&server, "purge_failures_total").await > 1.5);
        // Changes during the outage are purged, too.
        let other = tag_of(&server, &create_topic(&server, "Geometry").await).await;
        recorder.set_failing(false);
        settled(store).await;
        assert_eq!((recorder.count_of(&tag, before), recorder.count_of(&other, before)), (2, 2));
        assert!(unpurged(&server).await < 0.5);
        assert_eq!(server.logged("purging the edge failed"), 1, "an outage is one line");
        assert_eq!(server.logged("purging the edge succeeds again"), 1);
        let before = recorder.count();
        rename_topic(&server, &id, "Botany").await;
        until("it is purged once", async || recorder.count_of(&tag, before) == 1 && unpurged(&server).await < 0.5)
            .await;
        recorder.set_failing(true);
        until("the second purge fails", async || metric(&server, "purge_lag_seconds").await > 0.0).await;
        assert!(unpurged(&server).await < 0.5);
        recorder.set_failing(false);
        settled(store).await;
    });
}

#[test]
fn everything_is_purged_if_the_changes_after_the_cursor_are_gone() {
    on_each_engine(async |store| {
        let recorder = Recorder::start().await;
        let (url, token) = (store.server_url(), editor(&store.url()));
        let server = serve(&url, &token, &recorder.url("/"));
        settled(store).await;
        stop(&server).await;
        let without_purger = Server::started_by(&mut syllabus(&url, &SERVE), &token);
        for title in ["Algebra", "Geometry"] {
            create_topic(&without_purger, title).await;
        }
        stop(&without_purger).await;
        run(&store.url(), &["purge", "--changes-older-than", "1ms"]);
        let before = recorder.count();
        let _server = serve(&url, &token, &recorder.url("/"));
        settled(store).await;
        let tags: Vec<BTreeSet<String>> = recorder.purges().split_off(before).iter().map(Purge::tags).collect();
        assert_eq!(tags, [BTreeSet::from(["catalog".to_owned()]), BTreeSet::from(["catalog".to_owned()])]);
    });
}

#[test]
fn a_lease_of_a_server_whose_clock_was_wrong_is_free() {
    on_each_engine(async |store| {
        let recorder = Recorder::start().await;
        let far = Clock::system().now().0 + 60_000_000;
        let sql = format!("UPDATE edge_purger SET holder = 'other', expires_at = {far}");
        store.database.writer().execute_unprepared(&sql).await.expect("it can be written");
        let server = serve(&store.server_url(), &editor(&store.url()), &recorder.url("/"));
        until("the server is active", async || is_active(&server).await).await;
        assert!(Clock::system().now().0 < far);
    });
}

#[test]
fn everything_is_purged_in_a_new_epoch() {
    on_each_engine(async |store| {
        let recorder = Recorder::start().await;
        let (url, token) = (store.server_url(), editor(&store.url()));
        let server = serve(&url, &token, &recorder.url("/"));
        create_topic(&server, "Algebra").await;
        settled(store).await;
        let begin_epoch = async |epoch: i64| {
            let sql = format!("UPDATE change_feed_watermark SET epoch = {epoch}");
            store.database.writer().execute_unprepared(&sql).await.expect("it can be written");
        };
        let before = recorder.count();
        // The feed ends at the same position as before.
        begin_epoch(7).await;
        until("it is purged twice", async || recorder.count_of("catalog", before) == 2).await;
        stop(&server).await;
        begin_epoch(8).await;
        let before = recorder.count();
        let _server = serve(&url, &token, &recorder.url("/"));
        until("it is purged twice", async || recorder.count_of("catalog", before) == 2).await;
        assert_eq!(recorder.count(), before + 2);
    });
}

#[tokio::test]
async fn requests_to_fastly_and_cloudflare_have_the_documented_form() {
    let directory = tempfile::tempdir().expect("the disk has space");
    for (section, path) in
        [("Fastly", "/service/SERVICE_ID/purge"), ("Cloudflare", "/client/v4/zones/ZONE_ID/purge_cache")]
    {
        let recorder = Recorder::start().await;
        let catalog = directory.path().join(section);
        let settings = documented(section, path, &recorder.url(path));
        let settings = settings.path().display().to_string();
        let _server = serve_with(&format!("sqlite:{}", catalog.display()), "", &["--config", &settings]);
        until("everything is purged", async || recorder.count() >= 1).await;
        let purge = recorder.purges().remove(0);
        assert_eq!((&purge.method, purge.path.as_str()), (&Method::POST, path));
        let header = |name: &str| purge.headers.get(name).and_then(|value| value.to_str().ok());
        if section == "Fastly" {
            assert_eq!((header("fastly-key"), header("surrogate-key")), (Some("secret"), Some("catalog")));
            assert_eq!(purge.body, "");
        } else {
            assert_eq!(header("authorization"), Some("Bearer secret"));
            assert_eq!(header("content-type"), Some("application/json"));
            assert_eq!(purge.body, r#"{"tags":["catalog"]}"#);
        }
    }
}

/// Returns records of topics.
fn topics(count: usize) -> String {
    let topic = |number| json!({ "kind": "topic", "slug": format!("t{number}"), "title": "Algebra" });
    (0..count).map(|number| format!("{}\n", topic(number))).collect()
}

#[tokio::test]
async fn a_url_that_fails_does_not_keep_others_from_being_purged() {
    let directory = tempfile::tempdir().expect("the disk has space");
    let url = format!("sqlite:{}", directory.path().join("catalog.db").display());
    let (first, second) = (Recorder::start().await, Recorder::start().await);
    first.set_failing(true);
    let server = serve(&url, "", &format!("{},{}", first.url("/"), second.url("/")));
    until("the second is purged", async || second.count_of("catalog", 0) >= 1).await;
    first.set_failing(false);
    until("the first is purged", async || first.count_of("catalog", 0) >= 1).await;
    until("both are purged", async || unpurged(&server).await < 0.5).await;
    // More tags than a request can contain, and the second purge of the former ones while the first fails.
    first.set_failing(true);
    let before = second.count();
    let file = directory.path().join("topics.jsonl");
    std::fs::write(&file, topics(600)).expect("the disk has space");
    run(&url, &["import", &file.display().to_string()]);
    until("the second is purged in parts", async || {
        let tags: BTreeSet<String> = second.purges().iter().skip(before).flat_map(Purge::tags).collect();
        tags.iter().filter(|tag| tag.starts_with('i')).count() == 600
    })
    .await;
    assert!(unpurged(&server).await > 0.5);
    until("the former purge is repeated", async || second.count_of("catalog", before) >= 1).await;
}

//! What becomes of open connections when the server stops.

use std::time::Instant;

use reqwest::Version;
use serde_json::{Value, json};
use syllabus::http::Stopped;

use crate::common::on_each_engine;
use crate::events::Events;
use crate::site::Site;
use crate::socket::Socket;

const HEAR: &str = "subscription { catalogChanged { at } }";

#[test]
fn those_who_listen_are_told_and_do_not_hold_up_the_end() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await;
        let mut idle = Socket::open(&site).await;
        let mut ready = Socket::ready(&site, Value::Null).await;
        ready.subscribe("a", HEAR).await;
        let mut closing = Socket::ready(&site, Value::Null).await;
        closing.subscribe("a", HEAR).await;
        let mut events = Events::open(&site, &[], HEAR).await;
        let start = Instant::now();
        let (stopped, idle, ready, closed, event) =
            tokio::join!(site.stop(), idle.closed(), ready.closed(), closing.close(1000), events.event());
        assert_eq!(event, None, "without a complete, so that the client comes back");
        assert_eq!(stopped, Stopped::Gracefully);
        assert_eq!((idle.0, ready.0), (1001, 1001));
        assert!(matches!(closed, Some(1000 | 1001)), "both close at once: {closed:?}");
        assert!(start.elapsed().as_secs() < 10, "the grace is for requests, not for those who listen");
    });
}

#[test]
fn http2_connections_end_with_their_streams() {
    on_each_engine(async |store| {
        let site = Site::start(&store.database).await.over_http2();
        let mut first = Events::open(&site, &[], HEAR).await;
        let mut second = Events::open(&site, &[], HEAR).await;
        let answer = site.post(&[], &json!({ "query": "{ __typename }" })).await;
        assert_eq!(answer.version(), Version::HTTP_2);
        let start = Instant::now();
        let (stopped, first, second) = tokio::join!(site.stop(), first.event(), second.event());
        assert_eq!((stopped, first, second), (Stopped::Gracefully, None, None));
        assert!(start.elapsed().as_secs() < 10, "an idle connection holds nothing up");
    });
}

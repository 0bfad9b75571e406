//! Failovers: another server accepts writes, and the servers of the catalog notice by themselves.

use std::time::Instant;

use serde_json::json;

use super::{Servers, position, position_of, text, until, version};

const SLUG: &str = "web-development";

#[tokio::test]
async fn reads_go_on_without_a_primary_and_writes_resume_after_a_promotion() {
    let Some(servers) = Servers::start(2).await else { return };
    servers.replicate_synchronously().await;
    let catalog = servers.serve();
    for standby in &servers.standbys {
        catalog.uses(standby).await;
    }
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let required = version(&catalog.rename(&id, "Before").await);
    servers.primary.stop();
    for number in 0..50 {
        let query = json!({ "query": format!("{{ topics(first: {}) {{ nodes {{ title }} }} }}", number + 1) });
        let reply = catalog.send(false, &query, None).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(catalog.title(SLUG).await, "Before");
        assert_eq!(catalog.server.get("/readyz").await.0, 200);
    }
    let refused = catalog.rename(&id, "Without a primary").await;
    assert_eq!(refused.status, 503, "{}", refused.body);

    servers.standbys[0].promote();
    let promoted = Instant::now();
    until("writes resume", async || {
        let renamed = catalog.rename(&id, "After").await;
        renamed.status == 200 && renamed.body["data"]["topicUpdate"]["userErrors"] == json!([])
    })
    .await;
    eprintln!("writes resumed {} ms after the promotion", promoted.elapsed().as_millis());
    assert_eq!(catalog.title(SLUG).await, "After");
    let reply = catalog.read(SLUG, Some(("catalog-version-at-least", &required))).await;
    assert_eq!(reply.status, 200, "nothing was lost, so the epoch goes on: {}", reply.body);
}

#[tokio::test]
async fn a_former_primary_gets_no_writes_when_it_comes_back() {
    let Some(servers) = Servers::start(1).await else { return };
    let catalog = servers.serve();
    catalog.uses(&servers.standbys[0]).await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    servers.primary.stop();
    servers.standbys[0].promote();
    until("writes resume", async || catalog.rename(&id, "On the new primary").await.status == 200).await;
    // It accepts writes, since nothing has fenced it off, and comes first in the URL.
    servers.primary.resume();
    for number in 0..20 {
        let title = format!("Title {number}");
        let renamed = catalog.rename(&id, &title).await;
        assert_eq!((renamed.status, catalog.title(SLUG).await), (200, title), "{}", renamed.body);
    }
    let last = position_of(&servers.standbys[0]).await;
    let former = position_of(&servers.primary).await;
    assert!(former < last, "{former} is before {last}");
}

#[tokio::test]
async fn lost_writes_begin_a_new_epoch() {
    let Some(servers) = Servers::start(1).await else { return };
    let (catalog, standby) = (servers.serve(), &servers.standbys[0]);
    catalog.uses(standby).await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    let preserved = position(&version(&catalog.rename(&id, "Preserved").await));
    until("the standby has it", async || position_of(standby).await >= preserved).await;
    standby.stop();
    let lost = version(&catalog.rename(&id, "Lost").await);
    servers.primary.stop();
    standby.resume();
    standby.promote();
    until("the title is that of the new primary", async || {
        let reply = catalog.read(SLUG, None).await;
        reply.status == 200 && reply.body["data"]["topic"]["title"] == "Preserved"
    })
    .await;
    until("the new epoch has begun", async || {
        catalog.read(SLUG, Some(("catalog-version-at-least", &lost))).await.status == 412
    })
    .await;
    let renamed = catalog.rename(&id, "Again").await;
    let again = version(&renamed);
    assert_ne!(again.split_once(':').map(|parts| parts.0), lost.split_once(':').map(|parts| parts.0));
    assert_eq!(catalog.read(SLUG, Some(("catalog-version-at-least", &again))).await.status, 200);
    assert_eq!(catalog.title(SLUG).await, "Again");
}

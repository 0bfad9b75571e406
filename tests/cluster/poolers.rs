//! Each server of PostgreSQL behind a PgBouncer of its own, in transaction mode.

use serde_json::json;

use super::{Servers, url};
use crate::common::Cluster;
use crate::common::pgbouncer::{PgBouncer, PgBouncerOptions};
use crate::editing::text;
use crate::wait::until;

const SLUG: &str = "web-development";

#[tokio::test]
async fn replicas_and_failovers_work_through_poolers() {
    let Some(servers) = Servers::start(2).await else { return };
    let options = PgBouncerOptions { pool_size: 0, lines: "auth_type = trust\n" };
    let start = |cluster: &Cluster| PgBouncer::start(cluster, options);
    let poolers: Option<Vec<PgBouncer>> = [&servers.primary].into_iter().chain(&servers.standbys).map(start).collect();
    let Some(poolers) = poolers else { return };
    let addresses: Vec<String> = poolers.iter().map(PgBouncer::address).collect();
    let standby = url(&servers.standbys[0]);
    let options = ["--database-pooler", "transaction", "--database-direct-url", &standby];
    let catalog = servers.serve_with(&addresses, &addresses[1..], &options);
    let remedy = "the URL must lead to a server that accepts writes, not to a standby";
    until("the wrong direct URL is logged", async || catalog.server.logged(remedy) > 0).await;
    let statements = async |pooler: usize| catalog.metric("syllabus_db_replica_statements", &addresses[pooler]).await;
    let mut first = 0;
    until("both replicas are used", async || {
        first += 1;
        // Another query each time, which no cache contains.
        let query = json!({ "query": format!("{{ topics(first: {first}) {{ nodes {{ title }} }} }}") });
        assert_eq!(catalog.send(false, &query, None).await.status, 200);
        statements(1).await > 0 && statements(2).await > 0
    })
    .await;
    let id = text(&catalog.read(SLUG, None).await.body["data"]["topic"]["id"]);
    for number in 0..20 {
        let title = format!("Title {number}");
        assert_eq!(catalog.rename(&id, &title).await.body["data"]["topicUpdate"]["userErrors"], json!([]));
        assert_eq!(catalog.title(SLUG).await, title);
    }
    servers.primary.stop();
    assert_eq!(catalog.title(SLUG).await, "Title 19");
    servers.standbys[0].promote();
    until("writes resume", async || catalog.rename(&id, "After the failover").await.status == 200).await;
    assert_eq!(catalog.title(SLUG).await, "After the failover");
}
